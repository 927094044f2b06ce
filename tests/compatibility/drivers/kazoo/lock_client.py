"""
One of those who want a lock: `lock_client.py HOSTS ROOT NAME TIMEOUT_S`. While it has the lock it writes again and
again, under a check that its node in the lock is still there; everything it does is one JSON line with its time.
"""
import json
import logging
import sys
import threading
import time

logging.disable(logging.CRITICAL)

from kazoo.client import KazooClient  # noqa: E402
from kazoo.exceptions import KazooException  # noqa: E402
from kazoo.handlers.threading import KazooTimeoutError  # noqa: E402

hosts, root, name, timeout = sys.argv[1:5]
WRITE_INTERVAL_S = 0.05


printing = threading.Lock()


def say(event, **more):
    """kazoo tells of states in a thread of its own: one line at a time."""
    with printing:
        print(json.dumps({"event": event, "atMs": time.time() * 1000, **more}), flush=True)


client = KazooClient(hosts=hosts, timeout=float(timeout), randomize_hosts=False)
client.add_listener(lambda state: say("state", state=str(state)))
client.start(timeout=30)
client.ensure_path(root + "/fence")
lock = client.Lock(root + "/lock", name)
say("waits", port=client._connection._socket.getpeername()[1])
lock.acquire()
say("acquired")
mine = root + "/lock/" + lock.node
while True:
    transaction = client.transaction()
    transaction.check(mine, -1)
    transaction.set_data(root + "/fence", name.encode())
    try:
        _, stat = transaction.commit()
        if isinstance(stat, Exception):
            say("refused", error=type(stat).__name__)
        else:
            say("wrote", version=stat.version, port=client._connection._socket.getpeername()[1])
    except (KazooException, KazooTimeoutError, OSError, AttributeError) as error:
        say("failed", error=type(error).__name__)
    # A pace, not a wait for something.
    time.sleep(WRITE_INTERVAL_S)
