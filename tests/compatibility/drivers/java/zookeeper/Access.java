package zookeeper;

import common.Driver.Scenarios;
import common.Events;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;

/** ACLs, credentials, who am I. */
final class Access {
  private Access() {}

  static void register(Scenarios<Client> s) {
    s.add("acl", Access::acl)
        .add("acl-permissions", Access::permissions)
        .add("acl-digest", Access::digest)
        .add("acl-super", Access::superUser)
        .add("who-am-i", Access::whoAmI)
        .add("auth-failures", Access::failures)
        .add("acl-watch", Access::watch);
  }

  private static List<ACL> one(int perms, String scheme, String id) {
    return Collections.singletonList(new ACL(perms, new Id(scheme, id)));
  }

  private static void acl(Client c) throws Exception {
    String path = c.root + "/n";
    c.step("get: missing", () -> c.zk.getACL(path, null));
    c.step("set: missing", () -> c.zk.setACL(path, Ids.OPEN_ACL_UNSAFE, -1));
    c.create(path, "");
    Stat stat = new Stat();
    c.step("get", () -> c.zk.getACL(path, stat));
    c.record("its stat", stat);
    c.step("set", () -> c.zk.setACL(path, Ids.READ_ACL_UNSAFE, 0));
    c.settle(path, 1);
    c.step("no admin any more", () -> c.zk.setACL(path, Ids.OPEN_ACL_UNSAFE, 1));
    c.create(c.root + "/m", "");
    c.step("wrong version", () -> c.zk.setACL(c.root + "/m", Ids.OPEN_ACL_UNSAFE, 3));
    String[][] bad = {{"world", "all"}, {"nobody", "x"}, {"super", ""}, {"digest", "x"}, {"digest", "a:b:c"}, {"ip", "1.2.3"},
        {"ip", "1.2.3.4/33"}, {"ip", "1.2.3.4/-1"}, {"auth", ""}, {"x509", "CN=x"}, {"sasl", "x"}, {"ensemble", "x"}};
    for (String[] id : bad) {
      c.step(id[0] + " " + id[1], () -> c.zk.setACL(c.root + "/m", one(Perms.ALL, id[0], id[1]), -1));
    }
    c.step("null", () -> c.zk.setACL(c.root + "/m", null, -1));
    c.step("empty", () -> c.zk.setACL(c.root + "/m", new ArrayList<>(), -1));
    c.step("good ones", () -> c.zk.setACL(c.root + "/m", Arrays.asList(
        new ACL(1, new Id("ip", "1.2.3.4")), new ACL(2, new Id("ip", "10.0.0.0/8")), new ACL(31, new Id("digest", "a:b")),
        new ACL(31, new Id("world", "anyone")), new ACL(1, new Id("ip", "1.2.3.4"))), -1));
    c.step("come back", () -> c.zk.getACL(c.root + "/m", null));
  }

  private static void permissions(Client c) throws Exception {
    for (int perms = 0; perms <= 31; perms = perms == 0 ? 1 : perms * 2) {
      String path = c.root + "/p" + perms;
      c.create(path, "");
      c.create(path + "/child", "");
      c.zk.setACL(path, one(perms, "world", "anyone"), -1);
      c.settle(path, 1);
      String p = "" + perms;
      int mine = perms;
      c.step(p + " get", () -> c.zk.getData(path, false, null));
      c.step(p + " exists", () -> c.zk.exists(path, false).getVersion());
      c.step(p + " children", () -> c.zk.getChildren(path, false));
      c.step(p + " children with stat", () -> c.zk.getChildren(path, false, new Stat()));
      c.step(p + " count", () -> c.zk.getAllChildrenNumber(path));
      c.step(p + " set", () -> c.zk.setData(path, null, -1).getVersion());
      c.step(p + " create", () -> c.create(path + "/other", ""));
      c.step(p + " create ephemeral", () -> c.zk.create(path + "/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL));
      c.step(p + " delete", () -> { c.zk.delete(path + "/child", -1); return null; });
      c.step(p + " delete a missing one", () -> { c.zk.delete(path + "/none", -1); return null; });
      c.step(p + " acl", () -> c.zk.getACL(path, null));
      c.step(p + " set acl", () -> c.zk.setACL(path, one(mine, "world", "anyone"), -1).getAversion());
      c.step(p + " sync", () -> { Client.sync(c.zk, path); return null; });
    }
  }

  private static void digest(Client c) throws Exception {
    Client.Handle mine = c.connect();
    mine.addAuthInfo("digest", "me:secret".getBytes());
    String path = c.root + "/mine";
    c.step("create", () -> mine.create(path, "x".getBytes(), Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT));
    c.step("acl", () -> mine.getACL(path, null));
    Client.sync(c.zk, c.root);
    c.step("others", () -> c.zk.getData(path, false, null));
    c.step("others' acl", () -> c.zk.getACL(path, null));
    c.step("others without credentials", () -> c.zk.create(c.root + "/x", null, Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT));
    mine.addAuthInfo("digest", "also:me".getBytes());
    c.step("with two", () -> mine.create(c.root + "/two", null, Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT));
    // In ZooKeeper a connection's credentials are a hash set: their order is nobody's promise.
    c.step("acl of two", () -> sorted(mine.getACL(c.root + "/two", null)));
    List<ACL> both = new ArrayList<>(one(Perms.ALL, "digest", "me:8LdGZ0zuqR3Fc8RDa8Yzf5oC7vQ="));
    both.addAll(Ids.READ_ACL_UNSAFE);
    c.create(c.root + "/masked", "");
    c.step("set", () -> c.zk.setACL(c.root + "/masked", both, -1).getAversion());
    c.step("is masked", () -> c.zk.getACL(c.root + "/masked", null));
    c.zk.addAuthInfo("digest", "me:secret".getBytes());
    c.step("the same credential", () -> c.zk.getData(path, false, null));
  }

  private static void superUser(Client c) throws Exception {
    String path = c.root + "/closed";
    c.zk.create(path, null, one(0, "world", "anyone"), CreateMode.PERSISTENT);
    c.step("closed", () -> c.zk.getData(path, false, null));
    c.step("its acl", () -> c.zk.getACL(path, null));
    c.zk.addAuthInfo("digest", "super:secret".getBytes());
    c.step("open", () -> c.zk.getData(path, false, null));
    c.step("its acl", () -> c.zk.getACL(path, null));
    c.step("set acl", () -> c.zk.setACL(path, Ids.OPEN_ACL_UNSAFE, -1).getAversion());
    c.step("auth does not name super twice", () -> c.zk.create(c.root + "/s", null, Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT));
    c.step("acl", () -> c.zk.getACL(c.root + "/s", null));
  }

  private static void whoAmI(Client c) throws Exception {
    c.step("at first", () -> sorted(c.zk.whoAmI()));
    c.zk.addAuthInfo("digest", "user:pass".getBytes());
    c.step("digest", () -> sorted(c.zk.whoAmI()));
    c.zk.addAuthInfo("digest", "user:pass".getBytes());
    c.step("twice the same", () -> sorted(c.zk.whoAmI()));
    c.zk.addAuthInfo("digest", "super:secret".getBytes());
    c.step("super", () -> sorted(c.zk.whoAmI()));
  }

  private static List<Object> sorted(List<?> infos) {
    List<Object> plain = new ArrayList<>(infos);
    plain.sort((a, b) -> common.Json.write(a).compareTo(common.Json.write(b)));
    return plain;
  }

  private static void failures(Client c) throws Exception {
    for (String scheme : Arrays.asList("nothing", "world", "auth", "super")) {
      Client.Handle handle = c.connect();
      handle.addAuthInfo(scheme, "x".getBytes());
      c.step(scheme, () -> common.Driver.until(() -> handle.getState().toString().equals("AUTH_FAILED")));
      c.step("calls", () -> handle.exists("/", false));
    }
  }

  private static void watch(Client c) throws Exception {
    Events events = new Events();
    c.create(c.root + "/n", "");
    c.zk.exists(c.root + "/n", events);
    c.zk.setACL(c.root + "/n", one(Perms.WRITE | Perms.ADMIN, "world", "anyone"), -1);
    c.zk.exists(c.root + "/m", events);
    c.zk.setData(c.root + "/n", "hidden".getBytes(), -1);
    c.create(c.root + "/m", "");
    c.step("who may not read hears nothing", () -> events.take(1));
    c.step("the watch is used up", () -> {
      c.zk.setACL(c.root + "/n", Ids.OPEN_ACL_UNSAFE, -1);
      c.zk.exists(c.root + "/k", events);
      c.zk.setData(c.root + "/n", "shown".getBytes(), -1);
      c.create(c.root + "/k", "");
      return events.take(1);
    });
  }
}
