"""multi."""
from driver import scenario


def commit(z, *calls):
    transaction = z.transaction()
    for name, *args in calls:
        keywords = args.pop() if args and isinstance(args[-1], dict) else {}
        getattr(transaction, name)(*args, **keywords)
    return transaction.commit()


@scenario
def transaction_success(c):
    z, root = c.client, c.root
    c.step("create, set, check, delete", lambda: commit(
        z, ("create", root + "/a", b"1"), ("set_data", root + "/a", b"2"), ("check", root + "/a", 1),
        ("create", root + "/b"), ("delete", root + "/b")))
    c.step("what is there", lambda: z.get(root + "/a"))
    c.step("sequential", lambda: commit(
        z, ("create", root + "/s-", b"", {"sequence": True}), ("create", root + "/s-", b"", {"sequence": True})))
    c.step("ephemeral", lambda: commit(z, ("create", root + "/e", b"", {"ephemeral": True})))
    c.step("its stat", lambda: z.exists(root + "/e"))
    c.step("parent and child", lambda: commit(z, ("create", root + "/p"), ("create", root + "/p/c"), ("create", root + "/p/c/d")))
    c.step("and away", lambda: commit(z, ("delete", root + "/p/c/d"), ("delete", root + "/p/c"), ("delete", root + "/p")))
    c.step("empty", lambda: commit(z))
    c.step("checks alone", lambda: commit(z, ("check", root, -1), ("check", root + "/a", 1)))
    c.step("the same node twice", lambda: commit(z, ("set_data", root + "/a", b"x"), ("set_data", root + "/a", b"y", 2)))
    c.step("stat of the root", lambda: z.exists(root))


@scenario
def transaction_failure(c):
    z, root = c.client, c.root
    z.create(root + "/there", b"0")
    c.step("first fails", lambda: commit(z, ("create", root + "/there"), ("create", root + "/x")))
    c.step("middle fails", lambda: commit(z, ("create", root + "/x"), ("set_data", root + "/there", b"1", 5), ("delete", root + "/x")))
    c.step("last fails", lambda: commit(z, ("create", root + "/x"), ("check", root + "/there", 3)))
    c.step("check of a missing one", lambda: commit(z, ("check", root + "/none", -1)))
    c.step("delete of a full one", lambda: commit(z, ("create", root + "/there/c"), ("delete", root + "/there")))
    c.step("no parent", lambda: commit(z, ("create", root + "/no/child"), ("create", root + "/y")))
    c.step("bad path", lambda: commit(z, ("create", root + "/y"), ("create", root + "/a\u0001")))
    c.step("the same create twice", lambda: commit(z, ("create", root + "/z"), ("create", root + "/z")))
    c.step("below an ephemeral", lambda: commit(z, ("create", root + "/e", b"", {"ephemeral": True}), ("create", root + "/e/c")))
    c.step("nothing came of it", lambda: [z.get_children(root), z.exists(root + "/there")])
    c.step("numbers did not advance", lambda: z.create(root + "/s-", sequence=True))
    c.step("async", lambda: [type(r).__name__ for r in failing(z, root).get(timeout=30)])


def failing(z, root):
    transaction = z.transaction()
    transaction.create(root + "/w")
    transaction.delete(root + "/none")
    return transaction.commit_async()


@scenario
def transaction_context(c):
    z, root = c.client, c.root

    def block():
        with z.transaction() as transaction:
            transaction.create(root + "/one")
            transaction.create(root + "/two")
    c.step("as a context", block)
    c.step("done", lambda: sorted(z.get_children(root)))
    done = z.transaction()
    done.create(root + "/three")
    done.commit()
    c.step("committed twice", lambda: done.commit())


@scenario
def transaction_large(c):
    z, root = c.client, c.root
    c.step("300 creates", lambda: len(commit(z, *[("create", root + "/n%d" % i, b"x" * 100) for i in range(300)])))
    c.step("all there", lambda: z.exists(root))
    c.step("300 deletes", lambda: set(commit(z, *[("delete", root + "/n%d" % i) for i in range(300)])))
    c.step("none there", lambda: z.exists(root))


@scenario
def transaction_watches(c):
    from driver import Events
    z, root = c.client, c.root
    events = Events()
    z.create(root + "/old")
    z.get(root + "/old", watch=events)
    z.get_children(root, watch=events)
    z.exists(root + "/new", watch=events)
    commit(z, ("create", root + "/new"), ("set_data", root + "/old", b"1"), ("delete", root + "/new"))
    c.step("events of one transaction", lambda: events.take(3))
    z.exists(root + "/never", watch=events)
    commit(z, ("create", root + "/never"), ("check", root, 99))
    z.create(root + "/never")
    c.step("a failed one fires nothing", lambda: events.take(1))
