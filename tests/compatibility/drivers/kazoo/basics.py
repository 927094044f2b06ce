"""Nodes: create, delete, exists, get, set, children, sync, server information."""
from driver import scenario


@scenario
def create_modes(c):
    z, root = c.client, c.root
    c.step("persistent", lambda: z.create(root + "/p", b"one"))
    c.step("its stat", lambda: z.get(root + "/p"))
    c.step("ephemeral", lambda: z.create(root + "/e", b"two", ephemeral=True))
    c.step("its stat", lambda: z.get(root + "/e"))
    c.step("sequential", lambda: z.create(root + "/s-", b"", sequence=True))
    c.step("sequential with no prefix", lambda: z.create(root + "/", b"", sequence=True))
    c.step("ephemeral sequential", lambda: z.create(root + "/es-", b"x", ephemeral=True, sequence=True))
    c.step("with stat", lambda: z.create(root + "/stat", b"abc", include_data=True))
    c.step("sequential with stat", lambda: z.create(root + "/stat-", b"abc", sequence=True, include_data=True))
    c.step("with its parents", lambda: z.create(root + "/a/b/c", b"deep", makepath=True))
    c.step("the parent", lambda: z.get(root + "/a/b"))
    c.step("ensure_path", lambda: z.ensure_path(root + "/x/y/z"))
    c.step("ensure_path again", lambda: z.ensure_path(root + "/x/y/z"))
    c.step("children", lambda: sorted(z.get_children(root)))
    c.step("stat of the root", lambda: z.get(root))


@scenario
def create_failures(c):
    z, root = c.client, c.root
    z.create(root + "/there")
    z.create(root + "/ephemeral", ephemeral=True)
    c.step("exists already", lambda: z.create(root + "/there"))
    c.step("no parent", lambda: z.create(root + "/none/child"))
    c.step("below an ephemeral", lambda: z.create(root + "/ephemeral/child"))
    c.step("the root", lambda: z.create("/"))
    c.step("empty component", lambda: z.create(root + "//x"))
    c.step("dot", lambda: z.create(root + "/."))
    c.step("control character", lambda: z.create(root + "/a\u0001b"))
    c.step("nul", lambda: z.create(root + "/a\u0000b"))
    c.step("private use", lambda: z.create(root + "/\ue000"))
    c.step("noncharacter", lambda: z.create(root + "/\ufff0"))
    c.step("spaces and umlauts are fine", lambda: z.create(root + "/ä ö ü"))
    c.step("below an ephemeral, sequential", lambda: z.create(root + "/ephemeral/child-", sequence=True))
    c.step("failures advanced nothing", lambda: z.create(root + "/s-", sequence=True))


@scenario
def sequence_numbers(c):
    z, root = c.client, c.root
    for name in ("a-", "b-", "c-"):
        c.step(name, lambda: z.create(root + "/" + name, sequence=True))
    z.create(root + "/plain")
    c.step("after a plain one", lambda: z.create(root + "/d-", sequence=True))
    z.delete(root + "/plain")
    z.delete(root + "/b-0000000001")
    c.step("deletes do not count", lambda: z.create(root + "/e-", sequence=True))
    c.step("stat", lambda: z.exists(root))


@scenario
def delete(c):
    z, root = c.client, c.root
    z.create(root + "/full/child", makepath=True)
    z.create(root + "/versioned", b"0")
    z.set(root + "/versioned", b"1")
    c.step("missing", lambda: z.delete(root + "/none"))
    c.step("not empty", lambda: z.delete(root + "/full"))
    c.step("not empty, wrong version", lambda: z.delete(root + "/full", version=7))
    c.step("wrong version", lambda: z.delete(root + "/versioned", version=0))
    c.step("right version", lambda: z.delete(root + "/versioned", version=1))
    c.step("recursive", lambda: z.delete(root + "/full", recursive=True))
    c.step("gone", lambda: z.exists(root + "/full"))
    c.step("missing, recursive", lambda: z.delete(root + "/none", recursive=True))
    c.step("the root", lambda: z.delete("/"))
    c.step("/zookeeper", lambda: z.delete("/zookeeper"))
    c.step("/zookeeper/quota", lambda: z.delete("/zookeeper/quota"))
    c.step("/zookeeper/config", lambda: z.delete("/zookeeper/config"))
    c.step("no slash", lambda: z.delete("x"))
    c.step("parent's stat", lambda: z.exists(root))


@scenario
def get_and_set(c):
    z, root = c.client, c.root
    path = root + "/n"
    c.step("get of a missing one", lambda: z.get(path))
    c.step("set of a missing one", lambda: z.set(path, b"x"))
    z.create(path, b"zero")
    c.step("set", lambda: z.set(path, b"one"))
    c.step("set with version", lambda: z.set(path, b"two", version=1))
    c.step("set with wrong version", lambda: z.set(path, b"three", version=1))
    c.step("get", lambda: z.get(path))
    c.step("set to empty", lambda: z.set(path, b""))
    c.step("get empty", lambda: z.get(path))
    c.step("set to null", lambda: z.set(path, None))
    c.step("get null", lambda: z.get(path))
    c.step("bytes", lambda: z.set(path, bytes(range(256))))
    c.step("bytes come back", lambda: z.get(path)[0] == bytes(range(256)))
    c.step("the root's data", lambda: z.get("/")[0])
    c.step("/zookeeper", lambda: z.get("/zookeeper"))
    c.step("/zookeeper/quota's data", lambda: z.get("/zookeeper/quota")[0])
    c.step("malformed path", lambda: z.get(root + "//n"))
    c.step("async", lambda: z.get_async(path).get()[1])


@scenario
def exists(c):
    z, root = c.client, c.root
    c.step("missing", lambda: z.exists(root + "/none"))
    z.create(root + "/n", b"abc")
    c.step("there", lambda: z.exists(root + "/n"))
    c.step("below a missing one", lambda: z.exists(root + "/none/x"))
    c.step("the root has version", lambda: z.exists("/").version)
    c.step("malformed", lambda: z.exists(root + "/../x"))


@scenario
def children(c):
    z, root = c.client, c.root
    c.step("none", lambda: z.get_children(root))
    for name in ("b", "a", "c"):
        z.create(root + "/" + name, name.encode())
    c.step("three", lambda: sorted(z.get_children(root)))

    def with_stat():
        names, stat = z.get_children(root, include_data=True)
        return [sorted(names), stat]
    c.step("with stat", with_stat)
    c.step("of a missing one", lambda: z.get_children(root + "/none"))
    c.step("of a missing one with stat", lambda: z.get_children(root + "/none", include_data=True))
    c.step("of a leaf", lambda: z.get_children(root + "/a"))
    c.step("of /zookeeper", lambda: sorted(z.get_children("/zookeeper")))
    z.delete(root + "/b")
    c.step("after a delete", with_stat)


@scenario
def sync(c):
    z, root = c.client, c.root
    c.step("the root", lambda: z.sync(root))
    c.step("a missing one", lambda: z.sync(root + "/none"))
    other = c.connect()
    z.create(root + "/n", b"written")
    other.sync(root + "/n")
    c.step("another client sees it after sync", lambda: other.get(root + "/n")[0])


@scenario
def pipelined(c):
    z, root = c.client, c.root
    writes = [z.create_async(root + "/n-%03d" % i, str(i).encode()) for i in range(200)]
    last = z.get_children_async(root)
    c.step("creates", lambda: [w.get(timeout=30) for w in writes] == [root + "/n-%03d" % i for i in range(200)])
    c.step("a read behind them sees them all", lambda: len(last.get(timeout=30)))
    mixed = [z.set_async(root + "/n-000", b"v", version=i) for i in range(5)] + [z.set_async(root + "/n-000", b"w", version=2)]
    c.step("versions in order", lambda: [w.get(timeout=30).version for w in mixed[:5]])
    c.step("one too late", lambda: mixed[5].get(timeout=30))


@scenario
def server_information(c):
    """Not reconfig: kazoo 2.8 knows no error -123 and its reader ends at it, with any server."""
    z = c.client
    c.step("version is a row of numbers", lambda: len(z.server_version()) >= 3 and all(isinstance(n, int) for n in z.server_version()))
    c.step("ruok", lambda: z.command(b"ruok"))
    c.step("isro", lambda: z.command(b"isro"))
    c.step("srvr begins", lambda: z.command(b"srvr").split(":")[0])
    c.step("srvr's keys", lambda: sorted(line.split(":")[0] for line in z.command(b"srvr").splitlines()
                                          if not line.startswith("Proposal sizes")))
    c.step("mntr has its keys", lambda: [key in z.command(b"mntr") for key in ("zk_version", "zk_server_state", "zk_avg_latency")])
    config, stat = z.get("/zookeeper/config")
    c.step("config's stat", lambda: stat.version)
    c.step("config's last line", lambda: (config.decode().splitlines() or [""])[-1].split("=")[0])
    c.step("config's members", lambda: sorted(line.split("=")[0].split(".")[0] for line in config.decode().splitlines()[:-1]))
