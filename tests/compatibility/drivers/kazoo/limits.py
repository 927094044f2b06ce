"""Big data and quotas."""
from kazoo.exceptions import ConnectionClosedError, ConnectionLoss, SessionExpiredError
from driver import scenario, until

FRAME = 0xFFFFF


@scenario
def big_data(c):
    z, root = c.client, c.root
    path = root + "/big"
    c.step("900 000 bytes", lambda: z.create(path, b"a" * 900000))
    c.step("come back", lambda: z.get(path))
    # Header 8, path 4 + n, data 4, version 4: the largest frame that is let through.
    largest = FRAME - 8 - 4 - len(path) - 4 - 4
    c.step("the largest", lambda: z.set(path, b"b" * largest).dataLength == largest)
    c.step("comes back", lambda: z.get(path)[0] == b"b" * largest)
    c.step("many in a row", lambda: [z.set_async(path, b"c" * 500000) for _ in range(6)][-1].get(timeout=30).version)


@scenario
def too_big(c):
    z, root = c.client, c.root
    path = root + "/big"
    z.create(path, b"small")
    largest = FRAME - 8 - 4 - len(path) - 4 - 4
    # The server closes: kazoo fails what was on its way, and connects again with the same session.
    session = z.client_id[0]
    c.step("one byte more", lambda: z.set(path, b"d" * (largest + 1)))
    c.step("connects again", until(lambda: z.connected))
    c.step("the same session", lambda: z.client_id[0] == session)
    c.step("nothing was written", lambda: z.retry(z.get, path))


@scenario
def quota_enforced(c):
    z, root = c.client, c.root
    base = "/zookeeper/quota" + root
    z.create(root + "/n", b"12345")
    z.ensure_path("/zookeeper/quota")
    z.create(base)
    c.step("limits", lambda: z.create(base + "/zookeeper_limits", b"count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=4"))
    c.step("stats", lambda: z.create(base + "/zookeeper_stats", b"count=0,bytes=0"))
    c.step("are computed", lambda: z.get(base + "/zookeeper_stats")[0])
    c.step("grows", lambda: z.set(root + "/n", b"1234567890").dataLength)
    c.step("a child", lambda: z.create(root + "/m", b"x" * 10))
    c.step("stats follow", lambda: z.get(base + "/zookeeper_stats")[0])
    c.step("up to the limit", lambda: z.create(root + "/o", b""))
    c.step("without a version", lambda: z.get(base + "/zookeeper_stats")[1].version)
    z.delete(base + "/zookeeper_limits")
    # The leader may refuse by the old limits for as long as it has not applied their end, and kazoo 2.8 does not
    # know that error: this one ends before the limit does.
    c.step("without stats", lambda: z.delete(base + "/zookeeper_stats"))
