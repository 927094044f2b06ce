"""Queues, counters, parties, leases, partitions."""
from datetime import timedelta

from kazoo.recipe.partitioner import PartitionState
from driver import scenario, until


@scenario
def counter(c):
    root = c.root + "/counter"
    a, b = c.connect().Counter(root), c.connect().Counter(root)
    a += 5
    c.step("added", lambda: a.value)
    b -= 2
    c.step("by another", lambda: b.value)
    c.step("sides", lambda: [b.pre_value, b.post_value])
    number = c.client.Counter(c.root + "/float", default=1.5)
    number += 2.25
    c.step("float", lambda: number.value)
    c.step("kept as", lambda: c.client.get(c.root + "/float")[0])


@scenario
def queue(c):
    root = c.root + "/queue"
    a, b = c.connect().Queue(root), c.connect().Queue(root)
    for value, priority in ((b"one", 100), (b"two", 50), (b"three", 100)):
        a.put(value, priority)
    c.step("length", lambda: len(b))
    c.step("by priority, then age", lambda: [b.get(), b.get(), b.get()])
    c.step("empty", lambda: b.get())
    c.step("bad value", lambda: a.put("text"))
    c.step("put_all", lambda: a.put(b"x"))


@scenario
def locking_queue(c):
    root = c.root + "/queue"
    a, b = c.connect().LockingQueue(root), c.connect().LockingQueue(root)
    c.step("put", lambda: a.put_all([b"one", b"two"]))
    c.step("get", lambda: b.get(5))
    c.step("again the same", lambda: b.get(5))
    c.step("another has the next", lambda: a.get(5))
    c.step("consume", lambda: b.consume())
    c.step("release", lambda: a.release())
    c.step("it is there again", lambda: b.get(5))
    c.step("consume", lambda: b.consume())
    c.step("empty", lambda: b.get(0.3))
    c.step("consume without having", lambda: b.consume())


@scenario
def party(c):
    for name in ("Party", "ShallowParty"):
        root = c.root + "/" + name
        a, b = c.connect(), c.connect()
        first, second = getattr(a, name)(root, "first"), getattr(b, name)(root, "second")
        first.join()
        second.join()
        c.step(name + " members", lambda: sorted(first))
        c.step("size", lambda: len(second))
        c.step("leave", lambda: second.leave())
        c.step("leave twice", lambda: second.leave())
        until(lambda: len(first) == 1)
        c.step("left", lambda: sorted(first))
        a.stop()
        c.step("a session closes", lambda: len(second) if until(lambda: len(second) == 0) else -1)


@scenario
def lease(c):
    a, b = c.connect(), c.connect()
    path = c.root + "/lease"
    c.step("granted", lambda: bool(a.NonBlockingLease(path, timedelta(seconds=60), identifier="a")))
    c.step("not to another", lambda: bool(b.NonBlockingLease(path, timedelta(seconds=60), identifier="b")))
    c.step("renewed", lambda: bool(a.NonBlockingLease(path, timedelta(seconds=60), identifier="a")))
    multi = c.root + "/multi"
    c.step("two of two", lambda: [bool(z.MultiNonBlockingLease(2, multi, timedelta(seconds=60), identifier=i))
                                  for z, i in ((a, "a"), (b, "b"))])
    c.step("no third", lambda: bool(c.client.MultiNonBlockingLease(2, multi, timedelta(seconds=60), identifier="c")))


@scenario
def partitioner(c):
    root = c.root + "/parts"
    clients = [c.connect(), c.connect()]
    parts = [client.SetPartitioner(root, set(range(6)), time_boundary=0.5, identifier="p%d" % i)
             for i, client in enumerate(clients)]

    def settle(some):
        def acquired():
            for part in some:
                if part.state == PartitionState.RELEASE:
                    part.release_set()
            return all(part.state == PartitionState.ACQUIRED for part in some)
        return until(acquired)
    c.step("acquired", lambda: settle(parts))
    c.step("disjoint", lambda: sorted(item for part in parts for item in part))
    c.step("even", lambda: sorted(len(list(part)) for part in parts))
    parts[1].finish()
    until(lambda: parts[0].state != PartitionState.ACQUIRED)
    c.step("one leaves", lambda: settle(parts[:1]))
    c.step("the other has all", lambda: len(list(parts[0])))


@scenario
def retry(c):
    z = c.client
    c.step("retry", lambda: z.retry(z.create, c.root + "/r", b"1"))
    c.step("does not retry a refusal", lambda: z.retry(z.create, c.root + "/r", b"1"))
