"""What every scenario uses: recording of outcomes, waiting, asking the harness to hurt the servers."""
import json
import sys
import threading
import time

from kazoo.client import KazooClient
from kazoo.exceptions import KazooException, NoAuthError, OperationTimeoutError
from kazoo.handlers.threading import KazooTimeoutError
from kazoo.protocol.states import WatchedEvent, ZnodeStat
from kazoo.security import ACL

SCENARIOS = {}
DEADLINE_S = 30


def scenario(function=None, disruptive=False):
    """Registers a scenario under the name of its function."""
    def register(body):
        SCENARIOS[body.__name__.replace("_", "-")] = (body, disruptive)
        return body
    return register if function is None else register(function)


_printing = threading.Lock()


def emit(line):
    with _printing:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def ask(what, port=0):
    """Has the harness kill or start a server; returns when it is done."""
    emit({"ask": what, "port": port})
    sys.stdin.readline()


def until(look, deadline=DEADLINE_S):
    """Waits for a condition; False when it never came."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        if look():
            return True
        time.sleep(0.01)
    return False


def plain(value):
    """Any value of kazoo as JSON that another server's can be compared with."""
    if isinstance(value, ZnodeStat):
        return {
            "czxid": str(value.czxid), "mzxid": str(value.mzxid), "pzxid": str(value.pzxid),
            "ctime": str(value.ctime), "mtime": str(value.mtime),
            "version": value.version, "cversion": value.cversion, "aversion": value.aversion,
            "ephemeralOwner": str(value.ephemeralOwner),
            "dataLength": value.dataLength, "numChildren": value.numChildren,
        }
    if isinstance(value, ACL):
        return {"perms": value.perms, "scheme": value.id.scheme, "id": value.id.id}
    if isinstance(value, WatchedEvent):
        return {"event": value.type, "state": value.state, "path": value.path}
    if isinstance(value, BaseException):
        return {"error": type(value).__name__}
    if isinstance(value, bytes):
        return value.decode() if len(value) <= 200 else {"bytes": len(value), "first": value[:1].decode()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value


class Events:
    """Watch events in the order in which they came."""

    def __init__(self):
        self.seen = []

    def __call__(self, event):
        self.seen.append(plain(event))

    def named(self, name):
        """A watcher whose events say which one they came to."""
        return lambda event: self.seen.append({"watcher": name, **plain(event)})

    def take(self, count, deadline=DEADLINE_S):
        until(lambda: len(self.seen) >= count, deadline)
        taken, self.seen = self.seen, []
        return taken


class Context:
    """One scenario: a client of its own, a node of its own, and its steps."""

    def __init__(self, name, hosts):
        self.name = name
        self.hosts = hosts
        self.root = "/kazoo-" + name
        self._clients = []
        self._servers = []
        self.client = self.connect()
        self.client.create(self.root)

    def connect(self, chroot="", timeout=30.0, hosts=None, **options):
        """Another client, started; stopped at the end."""
        client = self.make(chroot, timeout, hosts, **options)
        client.start(timeout=DEADLINE_S)
        return client

    def make(self, chroot="", timeout=30.0, hosts=None, **options):
        client = KazooClient(hosts=(hosts or self.hosts) + chroot, timeout=timeout, **options)
        self._clients.append(client)
        return client

    def settle(self, path, aversion=1):
        """
        Until every server goes by the new ACL: ZooKeeper's leader checks by what it has applied, which may be less
        than what was acknowledged.
        """
        if not self._servers:
            self._servers = [self.connect(hosts=host) for host in self.hosts.split(",")]

        def has_it(server):
            try:
                return server.exists(path).aversion >= aversion
            except NoAuthError:
                return True
        for server in self._servers:
            server.sync(path)
            until(lambda: has_it(server))

    def step(self, name, action):
        """Does it and records how it ended: a value, or the name of the error."""
        try:
            outcome = action() if callable(action) else action
            self.record(name, plain(outcome))
            return outcome
        except (KazooException, KazooTimeoutError, OperationTimeoutError, ValueError, TypeError) as error:
            self.record(name, plain(error))
            return error

    def record(self, name, outcome):
        emit({"scenario": self.name, "step": name, "outcome": plain(outcome)})

    def close(self):
        for client in self._clients:
            try:
                client.stop()
                client.close()
            except Exception:
                pass


def port_of(client):
    """The port of the server that serves this client now."""
    return client._connection._socket.getpeername()[1]


def run(name, hosts):
    body, _ = SCENARIOS[name]
    context = None
    try:
        context = Context(name, hosts)
        body(context)
    except Exception as error:
        emit({"scenario": name, "step": "crashed", "outcome": "%s: %s" % (type(error).__name__, error)})
    finally:
        if context is not None:
            context.close()
