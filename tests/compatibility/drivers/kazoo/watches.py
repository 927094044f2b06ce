"""One-shot watches and the watchers that kazoo makes of them."""
from driver import Events, scenario, until


@scenario
def watch_data(c):
    z, root = c.client, c.root
    path = root + "/n"
    events = Events()
    z.create(path, b"0")
    z.get(path, watch=events)
    z.set(path, b"1")
    c.step("changed", lambda: events.take(1))
    z.set(path, b"2")
    z.get(path, watch=events)
    z.delete(path)
    c.step("once only, then deleted", lambda: events.take(1))
    c.step("get of a missing one sets none", lambda: z.get(path, watch=events))
    z.create(path)
    z.get(path, watch=events)
    z.set_acls(path, z.get_acls(path)[0])
    z.create(path + "/child")
    z.set(path, b"same")
    c.step("neither acl nor child", lambda: events.take(1))


@scenario
def watch_exists(c):
    z, root = c.client, c.root
    path = root + "/n"
    events = Events()
    z.exists(path, watch=events)
    z.create(path)
    c.step("created", lambda: events.take(1))
    z.exists(path, watch=events)
    z.set(path, b"1")
    c.step("changed", lambda: events.take(1))
    z.exists(path, watch=events)
    z.delete(path)
    c.step("deleted", lambda: events.take(1))
    z.exists(path, watch=events)
    z.create(path, ephemeral=True)
    c.step("created again", lambda: events.take(1))


@scenario
def watch_children(c):
    z, root = c.client, c.root
    events = Events()
    z.get_children(root, watch=events)
    z.create(root + "/a")
    c.step("created", lambda: events.take(1))
    z.get_children(root, watch=events)
    z.set(root + "/a", b"1")
    z.create(root + "/a/b")
    z.delete(root + "/a/b")
    z.delete(root + "/a")
    c.step("neither data nor grandchildren", lambda: events.take(1))
    z.create(root + "/p")
    z.get_children(root + "/p", watch=events)
    z.delete(root + "/p")
    c.step("the parent deleted", lambda: events.take(1))
    c.step("children of a missing one set none", lambda: z.get_children(root + "/none", watch=events))


@scenario
def watch_several(c):
    z, root = c.client, c.root
    path = root + "/n"
    events = Events()
    z.create(path)
    z.get(path, watch=events.named("data"))
    z.exists(path, watch=events.named("exists"))
    z.get_children(path, watch=events.named("children"))
    z.get_children(root, watch=events.named("parent"))
    z.delete(path)
    c.step("all of one delete", lambda: sorted(events.take(4), key=lambda e: e["watcher"]))
    other = c.connect()
    z.create(path)
    other.sync(path)
    other.get(path, watch=events.named("other"))
    z.get(path, watch=events.named("own"))
    z.set(path, b"1")
    c.step("two clients", lambda: sorted(events.take(2), key=lambda e: e["watcher"]))


@scenario
def watch_order(c):
    """Not events among replies: kazoo hands the two to different threads."""
    z, root = c.client, c.root
    other = c.connect()
    many = Events()
    for i in range(20):
        z.create(root + "/m%02d" % i)
        other.sync(root)
        other.get(root + "/m%02d" % i, watch=many)
    for i in range(20):
        z.set_async(root + "/m%02d" % ((i * 7) % 20), b"1")
    c.step("in the order of the changes", lambda: [e["path"][-3:] for e in many.take(20)])


@scenario
def watch_ephemerals(c):
    z, root = c.client, c.root
    events = Events()
    owner = c.connect()
    owner.create(root + "/e", ephemeral=True)
    z.exists(root + "/e", watch=events)
    z.get_children(root, watch=events)
    owner.stop()
    c.step("a session closes", lambda: events.take(2))
    z.sync(root)
    c.step("gone", lambda: z.exists(root + "/e"))


@scenario
def data_watch(c):
    z, root = c.client, c.root
    seen = []
    path = root + "/n"
    z.DataWatch(path, lambda data, stat, event: seen.append([data, None if stat is None else stat.version, event and event.type]))
    until(lambda: len(seen) == 1)
    z.create(path, b"0")
    until(lambda: len(seen) == 2)
    z.set(path, b"1")
    until(lambda: len(seen) == 3)
    z.delete(path)
    until(lambda: len(seen) == 4)
    z.create(path, b"again")
    until(lambda: len(seen) == 5)
    c.step("DataWatch", lambda: seen)


@scenario
def children_watch(c):
    z, root = c.client, c.root
    seen = []
    z.ChildrenWatch(root, lambda names: seen.append(sorted(names)))
    for i, name in enumerate("abc"):
        z.create(root + "/" + name)
        until(lambda: len(seen) == i + 2)
    z.delete(root + "/b")
    until(lambda: len(seen) == 5)
    c.step("ChildrenWatch", lambda: seen)


@scenario
def tree_cache(c):
    from kazoo.recipe.cache import TreeCache
    z, root = c.client, c.root
    z.create(root + "/a/b", b"1", makepath=True)
    seen = []
    cache = TreeCache(z, root)
    cache.listen(lambda event: seen.append([event.event_type, event.event_data and event.event_data.path]))
    cache.start()
    until(lambda: len(seen) == 4)
    c.step("at first", lambda: sorted(map(str, seen)))
    del seen[:]
    z.create(root + "/a/c", b"2")
    until(lambda: len(seen) == 1)
    z.set(root + "/a/c", b"3")
    until(lambda: len(seen) == 2)
    z.delete(root + "/a/b")
    until(lambda: len(seen) == 3)
    c.step("then", lambda: seen)
    c.step("data", lambda: cache.get_data(root + "/a/c").data)
    c.step("children", lambda: cache.get_children(root + "/a"))
    cache.close()
