"""Two clients with a certificate each, over TLS: tls.py HOST:PORT FOLDER. Prints one JSON object."""

import json
import sys

from kazoo.client import KazooClient
from kazoo.exceptions import NoAuthError
from kazoo.security import make_acl


def connected(hosts, folder, name):
    client = KazooClient(
        hosts=hosts,
        use_ssl=True,
        verify_certs=True,
        ca=f"{folder}/authority.pem",
        certfile=f"{folder}/{name}.pem",
        keyfile=f"{folder}/{name}.key",
    )
    client.start(timeout=20)
    return client


def outcome(ask):
    try:
        return ask().decode()
    except NoAuthError:
        return "NoAuth"


def main(hosts, folder):
    alice = connected(hosts, folder, "alice")
    bob = connected(hosts, folder, "bob")
    acl = [make_acl("x509", "CN=alice,O=Example", all=True)]
    alice.create("/of-alice", b"hers", acl=acl)
    seen = {
        "alice": outcome(lambda: alice.get("/of-alice")[0]),
        "bob": outcome(lambda: bob.get("/of-alice")[0]),
    }
    alice.delete("/of-alice")
    for client in (alice, bob):
        client.stop()
        client.close()
    print(json.dumps(seen))


main(*sys.argv[1:])
