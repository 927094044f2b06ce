"""Sessions: timeouts, closing, expiry, renewal, chroot."""
from kazoo.protocol.states import KazooState
from driver import DEADLINE_S, Events, port_of, scenario, until


@scenario
def negotiated_timeouts(c):
    for timeout in (0.1, 4.0, 10.0, 40.0, 100.0):
        z = c.make(timeout=timeout)
        connect, answers = z._connection._connect, []

        def heard(*args):
            answers.append(connect(*args))
            return answers[-1]
        z._connection._connect = heard
        z.start(timeout=DEADLINE_S)
        until(lambda: len(answers) == 1)
        # kazoo keeps two thirds of what was granted: how long it hears nothing before it gives a server up.
        c.step("asked for %s s" % timeout, lambda: round(answers[0][0] * 1.5))


@scenario
def session_close(c):
    z, root = c.client, c.root
    owner = c.connect()
    owner.create(root + "/e1", ephemeral=True)
    owner.create(root + "/e2", ephemeral=True)
    owner.create(root + "/p")
    c.step("before", lambda: sorted(z.get_children(root)) if z.sync(root) else None)
    c.step("stop", lambda: owner.stop())
    z.sync(root)
    c.step("after", lambda: sorted(z.get_children(root)))
    c.step("calls of a stopped client", lambda: owner.get(root))
    c.step("start again", lambda: owner.start(timeout=DEADLINE_S))
    c.step("another session", lambda: owner.exists(root) is not None)


@scenario
def session_states(c):
    z = c.make()
    states = []
    z.add_listener(lambda state: states.append(str(state)))
    c.step("before", lambda: str(z.state))
    c.step("call before start", lambda: z.get("/"))
    z.start(timeout=DEADLINE_S)
    c.step("after", lambda: str(z.state))
    c.step("client id", lambda: [z.client_id[0] != 0, len(z.client_id[1])])
    c.step("restart", lambda: z.restart())
    z.stop()
    until(lambda: states[-1:] == ["LOST"])
    c.step("states", lambda: states)


@scenario
def session_expires(c):
    z, root = c.client, c.root
    events = Events()
    owner = c.connect(timeout=4.0)
    owner.create(root + "/e", ephemeral=True)
    z.sync(root)
    z.exists(root + "/e", watch=events)
    silence(owner)
    c.step("the ephemeral goes with it", lambda: events.take(1))
    z.sync(root)
    c.step("gone", lambda: z.exists(root + "/e"))


def silence(client):
    """From here on it is as if the process had been killed: no byte goes out, nothing is closed."""
    connection = client._connection
    client._stopped.set()
    connection._socket.close()


@scenario
def session_renewed(c):
    z, root = c.client, c.root
    first = c.connect()
    first.create(root + "/e", ephemeral=True)
    identity = first.client_id
    # It would take its session back, and the two would go on doing so.
    silence(first)
    second = c.make(client_id=identity)
    second.start(timeout=DEADLINE_S)
    c.step("the same session", lambda: second.client_id[0] == identity[0])
    second.sync(root)
    c.step("it owns the ephemeral", lambda: second.exists(root + "/e").ephemeralOwner == second.client_id[0])
    c.step("and deletes it", lambda: second.delete(root + "/e"))


@scenario
def session_wrong_password(c):
    session = c.client.client_id[0]
    states = []
    z = c.make(client_id=(session, b"0123456789abcdef"))
    z.add_listener(lambda state: states.append(str(state)))
    c.step("start", lambda: z.start(timeout=DEADLINE_S))
    c.step("gets another session", lambda: z.client_id[0] != session)
    c.step("states", lambda: states)
    unknown = c.make(client_id=(0x12345, b"0123456789abcdef"))
    c.step("unknown session", lambda: unknown.start(timeout=DEADLINE_S))
    c.step("gets another session", lambda: unknown.client_id[0] != 0x12345)
    c.step("the owner goes on", lambda: c.client.exists(c.root).version)


@scenario
def session_expired_reconnect(c):
    """A client whose session expired while it was cut off learns so when it is back."""
    z, root = c.client, c.root
    owner = c.connect(timeout=4.0)
    owner.create(root + "/e", ephemeral=True)
    z.sync(root)
    events = Events()
    z.exists(root + "/e", watch=events)
    identity = owner.client_id
    silence(owner)
    events.take(1)
    states = []
    back = c.make(client_id=identity)
    back.add_listener(lambda state: states.append(str(state)))
    back.start(timeout=DEADLINE_S)
    c.step("states", lambda: states)
    c.step("another session", lambda: back.client_id[0] != identity[0])


@scenario
def chroot(c):
    z, root = c.client, c.root
    inside = c.connect(chroot=root)
    c.step("create", lambda: inside.create("/n", b"x"))
    c.step("where it is", lambda: z.get(root + "/n")[0] if z.sync(root) else None)
    c.step("sequential", lambda: inside.create("/s-", sequence=True))
    c.step("children", lambda: sorted(inside.get_children("/")))
    events = Events()
    inside.get("/n", watch=events)
    z.set(root + "/n", b"y")
    c.step("event's path", lambda: events.take(1))
    transaction = inside.transaction()
    transaction.create("/t")
    transaction.set_data("/n", b"z")
    c.step("transaction", lambda: transaction.commit())
    c.step("missing", lambda: inside.get("/none"))
    missing = c.connect(chroot=root + "/not/there")
    c.step("create below a chroot that is missing", lambda: missing.create("/n"))
    c.step("ensure_path makes it", lambda: missing.ensure_path("/n"))
    c.step("there", lambda: z.exists(root + "/not/there/n") is not None if z.sync(root) else None)


@scenario
def other_server(c):
    """What one server took, the others show, and a session moves between them."""
    z, root = c.client, c.root
    hosts = c.hosts.split(",")
    clients = [c.connect(hosts=host) for host in hosts]
    for i, client in enumerate(clients):
        client.create(root + "/n%d" % i, b"x")
    for i, client in enumerate(clients):
        client.sync(root)
        c.step("server %d" % (i + 1), lambda: sorted(client.get_children(root)))
    first = clients[0]
    first.create(root + "/e", ephemeral=True)
    identity = first.client_id
    silence(first)
    moved = c.make(hosts=hosts[1], client_id=identity)
    moved.start(timeout=DEADLINE_S)
    c.step("the session moved", lambda: moved.client_id[0] == identity[0])
    moved.sync(root)
    c.step("with its ephemeral", lambda: moved.exists(root + "/e").ephemeralOwner == moved.client_id[0])
