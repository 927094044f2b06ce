"""Locks, elections, barriers."""
import threading

from kazoo.exceptions import LockTimeout
from driver import scenario, until


def in_thread(action):
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


def contenders(c, root):
    """The nodes of clients that may have come to other servers than this one."""
    c.client.sync(root)
    return c.client.get_children(root)


@scenario
def lock(c):
    root = c.root + "/lock"
    a, b = c.connect(), c.connect()
    first, second = a.Lock(root, "first"), b.Lock(root, "second")
    c.step("acquire", lambda: first.acquire())
    c.step("not by two", lambda: second.acquire(blocking=False))
    c.step("in vain", lambda: timeout_of(lambda: second.acquire(timeout=0.5)))
    c.step("contenders", lambda: first.contenders())
    order = []
    waiter = in_thread(lambda: (second.acquire(), order.append("second has it")))
    until(lambda: len(contenders(c, root)) == 2)
    c.step("contenders with a waiter", lambda: first.contenders())
    order.append("first lets go")
    c.step("release", lambda: first.release())
    waiter.join(30)
    c.step("order", lambda: order)
    c.step("release", lambda: second.release())
    c.step("release without having it", lambda: second.release())
    with a.Lock(root, "with"):
        c.step("as a context", lambda: len(c.client.get_children(root)) if c.client.sync(root) else None)
    c.step("empty", lambda: c.client.get_children(root) if c.client.sync(root) else None)


def timeout_of(action):
    try:
        return action()
    except LockTimeout:
        return "LockTimeout"


@scenario
def lock_fair(c):
    """Many wait; they get it in the order in which they came, one at a time."""
    root = c.root + "/lock"
    holders, order, overlaps = [], [], []
    guard = c.client.Lock(root, "guard")
    guard.acquire()
    threads = []
    for i in range(5):
        lock = c.connect().Lock(root, "w%d" % i)

        def take(lock=lock, i=i):
            with lock:
                holders.append(i)
                overlaps.append(len(holders))
                order.append(i)
                holders.remove(i)
        threads.append(in_thread(take))
        until(lambda: len(contenders(c, root)) == i + 2)
    guard.release()
    for thread in threads:
        thread.join(30)
    c.step("order", order)
    c.step("never two", max(overlaps))


@scenario
def lock_of_a_closed_session(c):
    root = c.root + "/lock"
    a, b = c.connect(), c.connect()
    first, second = a.Lock(root, "first"), b.Lock(root, "second")
    first.acquire()
    got = []
    waiter = in_thread(lambda: got.append(second.acquire()))
    until(lambda: len(contenders(c, root)) == 2)
    a.stop()
    waiter.join(30)
    c.step("the waiter gets it", got)


@scenario
def read_write_lock(c):
    root = c.root + "/rw"
    clients = [c.connect() for _ in range(3)]
    readers = [clients[0].ReadLock(root, "r1"), clients[1].ReadLock(root, "r2")]
    writer = clients[2].WriteLock(root, "w")
    c.step("two readers", lambda: [reader.acquire(timeout=20) for reader in readers])
    c.step("no writer", lambda: writer.acquire(blocking=False))
    got = []
    waiter = in_thread(lambda: got.append(writer.acquire()))
    until(lambda: len(contenders(c, root)) == 3)
    for reader in readers:
        reader.release()
    waiter.join(30)
    c.step("then the writer", got)
    c.step("no reader", lambda: readers[0].acquire(blocking=False))
    writer.release()
    c.step("then a reader", lambda: readers[1].acquire(timeout=20))


@scenario
def semaphore(c):
    root = c.root + "/semaphore"
    clients = [c.connect() for _ in range(3)]
    leases = [client.Semaphore(root, "h%d" % i, max_leases=2) for i, client in enumerate(clients)]
    c.step("two leases", lambda: [lease.acquire(blocking=True, timeout=20) for lease in leases[:2]])
    c.step("no third", lambda: leases[2].acquire(blocking=False))
    c.step("holders", lambda: sorted(leases[0].lease_holders()))
    got = []
    waiter = in_thread(lambda: got.append(leases[2].acquire()))
    c.step("release", lambda: leases[0].release())
    waiter.join(30)
    c.step("then the third", got)
    c.step("another number of leases", lambda: c.client.Semaphore(root, "x", max_leases=5).acquire())


@scenario
def election(c):
    root = c.root + "/election"
    clients = [c.connect() for _ in range(3)]
    led, release = [], [threading.Event() for _ in clients]
    elections = [client.Election(root, "c%d" % i) for i, client in enumerate(clients)]
    for i, candidate in enumerate(elections):
        def lead(i=i):
            led.append(i)
            release[i].wait(30)
        in_thread(lambda candidate=candidate, lead=lead: candidate.run(lead))
        until(lambda: c.client.exists(root) and len(c.client.get_children(root)) == i + 1)
    until(lambda: len(led) == 1)
    c.step("the first leads", lambda: led)
    c.step("contenders", lambda: elections[0].contenders())
    release[0].set()
    until(lambda: len(led) == 2)
    c.step("then the second", lambda: led)
    clients[1].stop()
    until(lambda: len(led) == 3)
    c.step("its session closes: the third", lambda: led)
    c.step("cancel", lambda: elections[2].cancel())
    release[2].set()


@scenario
def barrier(c):
    root = c.root + "/barrier"
    a, b = c.connect(), c.connect()
    gate = a.Barrier(root)
    c.step("create", lambda: gate.create())
    c.step("wait in vain", lambda: b.Barrier(root).wait(0.3))
    passed = []
    waiter = in_thread(lambda: passed.append(b.Barrier(root).wait(30)))
    c.step("remove", lambda: gate.remove())
    waiter.join(30)
    c.step("passed", passed)
    c.step("remove again", lambda: gate.remove())
    c.step("wait for none", lambda: gate.wait(5))


@scenario
def double_barrier(c):
    root = c.root + "/double"
    clients = [c.connect() for _ in range(3)]
    barriers = [client.DoubleBarrier(root, 3, "m%d" % i) for i, client in enumerate(clients)]
    entered, left = [], []
    threads = [in_thread(lambda b=b: (b.enter(), entered.append(1))) for b in barriers[:2]]
    until(lambda: c.client.exists(root) and len(c.client.get_children(root)) == 2)
    c.step("two wait", lambda: len(entered))
    barriers[2].enter()
    for thread in threads:
        thread.join(30)
    c.step("all enter together", lambda: len(entered))
    threads = [in_thread(lambda b=b: (b.leave(), left.append(1))) for b in barriers]
    for thread in threads:
        thread.join(30)
    c.step("and leave", lambda: len(left))
