"""Who may do what: world, auth, digest, ip, the super user, failing authentication."""
from kazoo.security import ACL, Id, OPEN_ACL_UNSAFE, CREATOR_ALL_ACL, READ_ACL_UNSAFE, make_acl, make_digest_acl, make_digest_acl_credential
from driver import scenario, until


@scenario
def acl_calls(c):
    z, root = c.client, c.root
    path = root + "/n"
    c.step("get_acls of a missing one", lambda: z.get_acls(path))
    c.step("set_acls of a missing one", lambda: z.set_acls(path, OPEN_ACL_UNSAFE))
    z.create(path, b"x")
    c.step("default", lambda: z.get_acls(path))
    c.step("set", lambda: z.set_acls(path, [make_acl("world", "anyone", read=True, admin=True)]))
    c.step("get", lambda: z.get_acls(path))
    c.step("set with version", lambda: z.set_acls(path, OPEN_ACL_UNSAFE, version=1))
    c.step("set with wrong version", lambda: z.set_acls(path, OPEN_ACL_UNSAFE, version=1))
    c.step("empty", lambda: z.set_acls(path, []))
    c.step("world with another id", lambda: z.set_acls(path, [make_acl("world", "somebody", all=True)]))
    c.step("unknown scheme", lambda: z.set_acls(path, [make_acl("nothing", "x", all=True)]))
    c.step("super as a scheme", lambda: z.set_acls(path, [make_acl("super", "", all=True)]))
    c.step("auth without any", lambda: z.set_acls(path, CREATOR_ALL_ACL))
    c.step("digest without a colon", lambda: z.set_acls(path, [make_acl("digest", "x", all=True)]))
    c.step("bad ip", lambda: z.set_acls(path, [make_acl("ip", "1.2.3.256", all=True)]))
    c.step("bad bits", lambda: z.set_acls(path, [make_acl("ip", "1.2.3.4/33", all=True)]))
    c.step("duplicates", lambda: z.set_acls(path, OPEN_ACL_UNSAFE + READ_ACL_UNSAFE + OPEN_ACL_UNSAFE))
    c.step("once each", lambda: z.get_acls(path)[0])
    c.step("no permission bits", lambda: z.create(root + "/zero", acl=[ACL(0, Id("world", "anyone"))]))
    c.step("more bits than there are", lambda: z.create(root + "/many", acl=[ACL(0xff, Id("world", "anyone"))]))
    c.step("they come back", lambda: z.get_acls(root + "/many")[0])
    c.step("/zookeeper/config", lambda: z.get_acls("/zookeeper/config")[0])
    c.step("create with bad acl", lambda: z.create(root + "/bad", acl=[make_acl("ip", "no", all=True)]))


@scenario
def acl_permissions(c):
    z, root = c.client, c.root
    for name, perm in (("read", 1), ("write", 2), ("create", 4), ("delete", 8), ("admin", 16)):
        path = root + "/" + name
        z.create(path + "/child", b"", makepath=True)
        z.set_acls(path, [ACL(perm, Id("world", "anyone"))])
        c.settle(path)
        c.step(name + ": get", lambda: z.get(path)[0])
        c.step(name + ": exists", lambda: z.exists(path).version)
        c.step(name + ": children", lambda: z.get_children(path))
        c.step(name + ": set", lambda: z.set(path, b"new").version)
        c.step(name + ": create below", lambda: z.create(path + "/other"))
        c.step(name + ": delete below", lambda: z.delete(path + "/child"))
        c.step(name + ": get_acls", lambda: z.get_acls(path)[0])
        c.step(name + ": set_acls", lambda: z.set_acls(path, [ACL(perm, Id("world", "anyone"))]).aversion)
        c.step(name + ": delete it", lambda: z.delete(path, recursive=False))
        c.step(name + ": check", lambda: check(z, path))


def check(z, path):
    transaction = z.transaction()
    transaction.check(path, -1)
    return transaction.commit()


@scenario
def acl_digest(c):
    z, root = c.client, c.root
    mine = c.connect(auth_data=[("digest", "mine:secret")])
    path = root + "/mine"
    c.step("create for its creator", lambda: mine.create(path, b"x", acl=CREATOR_ALL_ACL))
    c.step("the creator reads", lambda: mine.get(path)[0])
    c.step("the creator sees its acl", lambda: mine.get_acls(path)[0])
    z.sync(root)
    c.step("another does not read", lambda: z.get(path))
    c.step("another does not write", lambda: z.set(path, b"y"))
    c.step("another does not see the acl", lambda: z.get_acls(path))
    c.step("another may ask whether it exists", lambda: z.exists(path))
    c.step("wrong password", lambda: z.add_auth("digest", "mine:wrong"))
    c.step("does not help", lambda: z.get(path))
    c.step("right password", lambda: z.add_auth("digest", "mine:secret"))
    c.step("helps", lambda: z.get(path)[0])
    both = c.connect(auth_data=[("digest", "a:1"), ("digest", "b:2")])
    c.step("auth with two", lambda: both.create(root + "/both", acl=CREATOR_ALL_ACL))
    c.step("both are in the acl", lambda: sorted(both.get_acls(root + "/both")[0]))
    c.step("made by hand", lambda: z.create(root + "/hand", b"", acl=[make_digest_acl("user", "pass", read=True)]))
    user = c.connect(auth_data=[("digest", "user:pass")])
    user.sync(root)
    c.step("masked without admin", lambda: user.get_acls(root + "/hand")[0])
    c.step("credential", lambda: make_digest_acl_credential("user", "pass"))
    c.step("default acl of a client", lambda: c.connect(
        auth_data=[("digest", "d:d")], default_acl=CREATOR_ALL_ACL).create(root + "/default"))
    z.sync(root)
    c.step("applies", lambda: z.get(root + "/default"))


@scenario
def acl_ip(c):
    z, root = c.client, c.root
    for name, address in (("here", "127.0.0.1"), ("net", "127.0.0.0/8"), ("other", "10.0.0.1"), ("all", "1.2.3.4/0")):
        path = root + "/" + name
        c.step(name, lambda: z.create(path, b"x", acl=[make_acl("ip", address, all=True)]))
        c.step(name + ": get", lambda: z.get(path)[0])
    c.step("acl", lambda: z.get_acls(root + "/net")[0])


@scenario
def acl_super(c):
    z, root = c.client, c.root
    path = root + "/closed"
    z.create(path, b"x", acl=[make_digest_acl("nobody", "knows", all=True)])
    c.step("closed", lambda: z.get(path))
    boss = c.connect(auth_data=[("digest", "super:secret")])
    boss.sync(path)
    c.step("the super user reads", lambda: boss.get(path)[0])
    c.step("and writes", lambda: boss.set(path, b"y").version)
    c.step("and sees the acl", lambda: boss.get_acls(path)[0])
    c.step("and deletes", lambda: boss.delete(path))
    impostor = c.connect(auth_data=[("digest", "super:guess")])
    z.create(path, b"x", acl=[make_digest_acl("nobody", "knows", all=True)])
    impostor.sync(path)
    c.step("an impostor does not", lambda: impostor.get(path))


@scenario
def auth_failures(c):
    for scheme, credential in (("nothing", "x"), ("world", "anyone"), ("auth", ""), ("super", "x")):
        z = c.connect()
        c.step(scheme, lambda: z.add_auth(scheme, credential))
        c.step("the client is lost", lambda: z.exists(c.root))
    good = c.connect()
    c.step("digest without a colon", lambda: good.add_auth("digest", "plain"))
    c.step("ip", lambda: good.add_auth("ip", "1.2.3.4"))
    c.step("good go on", lambda: good.exists(c.root).version)
    bad = c.make(auth_data=[("nothing", "x")])
    states = []
    bad.add_listener(lambda state: states.append(str(state)))
    bad.start_async()
    c.step("at the start", lambda: states if until(lambda: "LOST" in states, 10) else states)
