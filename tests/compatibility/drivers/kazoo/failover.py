"""Servers die: what clients see of it."""
import threading

from kazoo.retry import KazooRetry
from driver import DEADLINE_S, Events, ask, port_of, scenario, until


def retrying(action):
    """Until the client is connected again; the requests that are tried may be tried twice."""
    return KazooRetry(max_tries=-1, delay=0.05, max_delay=0.5, deadline=DEADLINE_S)(action)


def follow(c, **options):
    """A client that may go to any server, with its states."""
    states = []
    z = c.make(**options)
    z.add_listener(lambda state: states.append(str(state)))
    z.start(timeout=DEADLINE_S)
    return z, states


@scenario(disruptive=True)
def server_killed(c):
    z, states = follow(c)
    root, session, port = c.root, z.client_id, port_of(z)
    z.create(root + "/e", b"mine", ephemeral=True)
    ask("kill", port)
    c.step("reads go on", lambda: retrying(lambda: z.get(root + "/e"))[0])
    c.step("on another server", lambda: port_of(z) != port)
    c.step("the same session", lambda: z.client_id == session)
    c.step("states", lambda: states)
    c.step("the ephemeral stays", lambda: z.exists(root + "/e").ephemeralOwner == session[0])
    c.step("writes go on", lambda: retrying(lambda: z.set(root + "/e", b"2")).version >= 1)
    ask("start", port)
    back = c.connect(hosts="127.0.0.1:%d" % port)
    back.sync(root)
    c.step("the killed server knows it all", lambda: back.get(root + "/e")[0])


@scenario(disruptive=True)
def server_killed_watches(c):
    """kazoo drops its watches on a lost connection; its watchers look again and see what they missed."""
    z, states = follow(c)
    writer = c.connect()
    root, port = c.root, port_of(z)
    hosts = [h for h in c.hosts.split(",") if not h.endswith(":%d" % port)]
    writer.stop()
    writer = c.connect(hosts=",".join(hosts))
    writer.create(root + "/n", b"0")
    z.sync(root)
    one_shot = Events()
    z.get(root + "/n", watch=one_shot)
    data, children = [], []
    z.DataWatch(root + "/n", lambda value, stat: data.append(value and value.decode()))
    z.ChildrenWatch(root, lambda names: children.append(sorted(names)))
    ask("kill", port)
    writer.set(root + "/n", b"1")
    writer.create(root + "/m", b"1")
    c.step("DataWatch catches up", lambda: until(lambda: data[-1:] == ["1"]))
    c.step("ChildrenWatch catches up", lambda: until(lambda: children[-1:] == [["m", "n"]]))
    c.step("the one-shot watch", lambda: one_shot.take(1)[0]["event"])
    writer.set(root + "/n", b"2")
    c.step("and goes on", lambda: until(lambda: data[-1:] == ["2"]))
    ask("start", port)


@scenario(disruptive=True)
def server_killed_while_writing(c):
    """No write that was acknowledged is lost; what was in doubt happened or did not."""
    z, _ = follow(c)
    port = port_of(z)
    acknowledged = []

    def write():
        for i in range(200):
            name = c.root + "/n%03d" % i
            retrying(lambda: z.ensure_path(name))
            acknowledged.append(i)
    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    until(lambda: len(acknowledged) > 50)
    ask("kill", port)
    thread.join(60)
    ask("start", port)
    c.step("all acknowledged", lambda: len(acknowledged))
    reader = c.connect()
    reader.sync(c.root)
    c.step("all there", lambda: len(reader.get_children(c.root)))


@scenario(disruptive=True)
def leader_killed(c):
    z, _ = follow(c)
    session = z.client_id
    root = c.root
    z.create(root + "/e", b"0", ephemeral=True)
    ask("kill-leader")
    c.step("writes go on", lambda: retrying(lambda: z.set(root + "/e", b"1")).version >= 1)
    c.step("the same session", lambda: z.client_id == session)
    c.step("the ephemeral stays", lambda: z.exists(root + "/e").ephemeralOwner == session[0])
    ask("start-leader")
    c.step("a new session after it", lambda: c.connect().exists(root).version)
    c.step("still the same session", lambda: z.client_id == session and retrying(lambda: z.exists(root + "/e")).version >= 1)


@scenario(disruptive=True)
def lock_holder_of_a_killed_server(c):
    """The holder moves to another server and keeps its lock; the waiter waits until it is let go."""
    holder, _ = follow(c)
    port = port_of(holder)
    waiter = c.connect(hosts=",".join(h for h in c.hosts.split(",") if not h.endswith(":%d" % port)))
    held, wanted = holder.Lock(c.root + "/lock", "holder"), waiter.Lock(c.root + "/lock", "waiter")
    held.acquire()
    got = []
    thread = threading.Thread(target=lambda: got.append(wanted.acquire()), daemon=True)
    thread.start()
    until(lambda: len(waiter.get_children(c.root + "/lock")) == 2)
    ask("kill", port)
    retrying(lambda: holder.exists(c.root))
    waiter.sync(c.root)
    c.step("still held", lambda: [held.is_acquired, len(got), wanted.contenders()])
    c.step("release", lambda: retrying(held.release))
    thread.join(30)
    c.step("then the waiter", got)
    ask("start", port)


@scenario(disruptive=True)
def ephemerals_while_server_is_down(c):
    """A client that dies together with its server: its session expires all the same."""
    z, _ = follow(c, timeout=4.0)
    port = port_of(z)
    z.create(c.root + "/e", ephemeral=True)
    other = c.connect(hosts=",".join(h for h in c.hosts.split(",") if not h.endswith(":%d" % port)))
    other.sync(c.root)
    c.step("before", lambda: other.exists(c.root + "/e") is not None)
    z._stopped.set()
    ask("kill", port)
    c.step("the ephemeral goes", lambda: until(lambda: retrying(lambda: other.exists(c.root + "/e")) is None))
    ask("start", port)
