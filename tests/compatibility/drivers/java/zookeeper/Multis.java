package zookeeper;

import common.Driver.Scenarios;
import common.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;

/** multi of writes and of reads. */
final class Multis {
  private Multis() {}

  static void register(Scenarios<Client> s) {
    s.add("multi-success", Multis::success)
        .add("multi-failure", Multis::failure)
        .add("multi-modes", Multis::modes)
        .add("multi-read", Multis::reads)
        .add("multi-async", Multis::async)
        .add("transaction", Multis::transaction);
  }

  private static Op create(String path) {
    return create(path, CreateMode.PERSISTENT);
  }

  private static Op create(String path, CreateMode mode) {
    return Op.create(path, "d".getBytes(), Ids.OPEN_ACL_UNSAFE, mode);
  }

  private static void step(Client c, String name, Op... ops) {
    step(c, name, () -> c.zk.multi(Arrays.asList(ops)));
  }

  private static void step(Client c, String name, Callable<Object> action) {
    c.step(name, () -> {
      try {
        return action.call();
      } catch (KeeperException failed) {
        return Json.map("error", failed.code().name(), "path", failed.getPath(), "results", failed.getResults());
      }
    });
  }

  private static void success(Client c) {
    String r = c.root;
    step(c, "all kinds", create(r + "/a"), Op.setData(r + "/a", "1".getBytes(), 0), Op.check(r + "/a", 1), create(r + "/b"), Op.delete(r + "/b", 0));
    step(c, "sequential", create(r + "/s-", CreateMode.PERSISTENT_SEQUENTIAL), create(r + "/s-", CreateMode.EPHEMERAL_SEQUENTIAL));
    step(c, "nested", create(r + "/p"), create(r + "/p/q"), create(r + "/p/q/r"), Op.delete(r + "/p/q/r", -1), Op.delete(r + "/p/q", -1), Op.delete(r + "/p", -1));
    step(c, "check alone", Op.check(r, -1));
    step(c, "empty", new Op[0]);
    step(c, "again and again", Op.setData(r + "/a", null, 1), Op.setData(r + "/a", null, 2), Op.check(r + "/a", 3));
    c.step("stat", () -> c.zk.exists(r, false));
    c.step("children", () -> Client.children(c.zk, r));
  }

  private static void failure(Client c) throws Exception {
    String r = c.root;
    c.create(r + "/there", "");
    step(c, "exists", create(r + "/x"), create(r + "/there"), create(r + "/y"));
    step(c, "no parent", create(r + "/none/x"), create(r + "/x"));
    step(c, "version", Op.check(r + "/there", 0), Op.setData(r + "/there", null, 9));
    step(c, "check: version", Op.check(r + "/there", 4), create(r + "/x"));
    step(c, "check: missing", create(r + "/x"), Op.check(r + "/none", 0));
    step(c, "not empty", create(r + "/there/c"), Op.delete(r + "/there", -1));
    step(c, "no acl", Op.create(r + "/x", null, new ArrayList<>(), CreateMode.PERSISTENT));
    step(c, "delete: missing", create(r + "/x"), Op.delete(r + "/none", -1));
    step(c, "ephemeral parent", create(r + "/e", CreateMode.EPHEMERAL), create(r + "/e/x"));
    step(c, "bad path", create(r + "/x\u0001"));
    step(c, "read among writes", () -> c.zk.multi(Arrays.asList(create(r + "/x"), Op.getData(r))));
    c.step("nothing came of it", () -> Arrays.asList(Client.children(c.zk, r), c.zk.exists(r, false)));
  }

  private static void modes(Client c) {
    String r = c.root;
    for (CreateMode mode : CreateMode.values()) {
      Op op = mode.isTTL()
          ? Op.create(r + "/" + mode, null, Ids.OPEN_ACL_UNSAFE, mode, 3_600_000)
          : create(r + "/" + mode, mode);
      step(c, "" + mode, op, Op.check(r, -1));
    }
    step(c, "ttl of 0", () -> c.zk.multi(List.of(Op.create(r + "/x", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, 0))));
    c.step("children", () -> Client.children(c.zk, r));
  }

  private static void reads(Client c) throws Exception {
    String r = c.root;
    c.create(r + "/a", "1");
    c.create(r + "/b", "2");
    step(c, "both kinds", Op.getChildren(r), Op.getData(r + "/a"), Op.getData(r + "/b"));
    step(c, "some fail", Op.getData(r + "/none"), Op.getData(r + "/a"), Op.getChildren(r + "/none"));
    c.zk.setACL(r + "/b", Arrays.asList(new org.apache.zookeeper.data.ACL(16, Ids.ANYONE_ID_UNSAFE)), -1);
    step(c, "not allowed", Op.getData(r + "/b"), Op.getChildren(r + "/b"), Op.getData(r + "/a"));
  }

  private static void async(Client c) throws Exception {
    for (String second : Arrays.asList(c.root + "/b", c.root + "/none/x")) {
      CountDownLatch done = new CountDownLatch(1);
      c.zk.multi(Arrays.asList(create(c.root + "/a" + second.length()), create(second)), (code, path, context, results) -> {
        c.record("callback", Json.map("code", KeeperException.Code.get(code).name(), "results", results));
        done.countDown();
      }, null);
      done.await();
    }
  }

  private static void transaction(Client c) {
    c.step("commit", () -> c.zk.transaction().create(c.root + "/a", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT)
        .setData(c.root + "/a", null, 0).check(c.root, 0).delete(c.root + "/a", 1).commit());
    step(c, "refused", () -> c.zk.transaction().delete(c.root + "/none", 1).commit());
  }
}
