package curator;

import common.Driver;
import common.Driver.Scenarios;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.api.transaction.CuratorTransactionResult;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;

/** The fluent calls of the framework itself. */
final class Basics {
  private Basics() {}

  static void register(Scenarios<Client> s) {
    s.add("create", Basics::create)
        .add("delete", Basics::delete)
        .add("data", Basics::data)
        .add("transaction", Basics::transaction)
        .add("watch", Basics::watch)
        .add("namespace", Basics::namespace)
        .add("background", Basics::background)
        .add("acl", Basics::acl);
  }

  private static void create(Client c) throws Exception {
    CuratorFramework f = c.framework;
    for (CreateMode mode : CreateMode.values()) {
      if (mode.isTTL()) c.step(mode + "", () -> f.create().withTtl(3_600_000).withMode(mode).forPath(c.root + "/" + mode));
      else c.step(mode + "", () -> f.create().withMode(mode).forPath(c.root + "/" + mode));
    }
    c.step("with parents", () -> f.create().creatingParentsIfNeeded().forPath(c.root + "/a/b/c", "x".getBytes()));
    c.step("with container parents", () -> f.create().creatingParentContainersIfNeeded().forPath(c.root + "/k/l/m"));
    c.step("containers", () -> { f.createContainers(c.root + "/n/o"); return null; });
    c.step("containers again", () -> { f.createContainers(c.root + "/n/o"); return null; });
    c.step("exists", () -> f.create().forPath(c.root + "/a"));
    c.step("or set", () -> f.create().orSetData().forPath(c.root + "/a", "new".getBytes()));
    c.step("protected", () -> f.create().withProtection().forPath(c.root + "/p").replaceAll("_c_.*-", "_c_?-"));
    c.step("protected sequential", () -> f.create().withProtection().withMode(CreateMode.EPHEMERAL_SEQUENTIAL).forPath(c.root + "/s-").replaceAll("_c_.*-s", "_c_?-s"));
    Stat stat = new Stat();
    c.step("with stat", () -> f.create().storingStatIn(stat).forPath(c.root + "/stat"));
    c.record("the stat", stat);
    c.step("compressed", () -> f.create().compressed().forPath(c.root + "/gzip", "some text".getBytes()));
    c.step("comes back", () -> f.getData().decompressed().forPath(c.root + "/gzip"));
    c.step("idempotent", () -> f.create().idempotent().forPath(c.root + "/a", "new".getBytes()));
  }

  private static void delete(Client c) throws Exception {
    CuratorFramework f = c.framework;
    f.create().creatingParentsIfNeeded().forPath(c.root + "/a/b/c");
    c.step("full", () -> f.delete().forPath(c.root + "/a"));
    c.step("version", () -> f.delete().withVersion(4).forPath(c.root + "/a/b/c"));
    c.step("with children", () -> f.delete().deletingChildrenIfNeeded().forPath(c.root + "/a"));
    c.step("missing", () -> f.delete().forPath(c.root + "/a"));
    c.step("quietly", () -> f.delete().quietly().forPath(c.root + "/a"));
    f.create().forPath(c.root + "/g");
    c.step("guaranteed", () -> f.delete().guaranteed().forPath(c.root + "/g"));
  }

  private static void data(Client c) throws Exception {
    CuratorFramework f = c.framework;
    f.create().forPath(c.root + "/n", "0".getBytes());
    c.step("set", () -> f.setData().forPath(c.root + "/n", "1".getBytes()));
    c.step("version", () -> f.setData().withVersion(0).forPath(c.root + "/n", "2".getBytes()));
    Stat stat = new Stat();
    c.step("get", () -> f.getData().storingStatIn(stat).forPath(c.root + "/n"));
    c.record("stat", stat);
    c.step("missing", () -> f.getData().forPath(c.root + "/none"));
    c.step("exists", () -> f.checkExists().forPath(c.root + "/n"));
    c.step("missing", () -> f.checkExists().forPath(c.root + "/none"));
    c.step("with parents", () -> f.checkExists().creatingParentsIfNeeded().forPath(c.root + "/x/y"));
    c.step("children", () -> { List<String> names = new ArrayList<>(f.getChildren().forPath(c.root)); Collections.sort(names); return names; });
    c.step("sync", () -> { f.sync().forPath(c.root); return null; });
    c.step("config is there", () -> f.getConfig().forEnsemble().length > 0);
    c.step("reconfig", () -> f.reconfig().leaving("1").forEnsemble());
  }

  private static void transaction(Client c) throws Exception {
    CuratorFramework f = c.framework;
    CuratorOp a = f.transactionOp().create().forPath(c.root + "/a", "1".getBytes());
    CuratorOp set = f.transactionOp().setData().forPath(c.root + "/a", "2".getBytes());
    CuratorOp check = f.transactionOp().check().withVersion(1).forPath(c.root + "/a");
    CuratorOp delete = f.transactionOp().delete().forPath(c.root + "/a");
    c.step("all kinds", () -> results(f.transaction().forOperations(a, set, check, delete)));
    CuratorOp ttl = f.transactionOp().create().withTtl(3_600_000).withMode(CreateMode.PERSISTENT_WITH_TTL).forPath(c.root + "/ttl");
    c.step("ttl", () -> results(f.transaction().forOperations(ttl)));
    c.step("refused", () -> results(f.transaction().forOperations(a, check)));
    c.step("nothing", () -> f.checkExists().forPath(c.root + "/a"));
  }

  private static Object results(List<CuratorTransactionResult> results) {
    List<Object> plain = new ArrayList<>();
    for (CuratorTransactionResult result : results) {
      plain.add(Arrays.asList(result.getType(), result.getForPath(), result.getResultPath(), result.getResultStat()));
    }
    return plain;
  }

  private static void watch(Client c) throws Exception {
    common.Events events = new common.Events();
    CuratorFramework f = c.framework;
    f.checkExists().usingWatcher((Watcher) events).forPath(c.root + "/n");
    f.create().forPath(c.root + "/n");
    c.step("created", () -> events.take(1));
    f.getData().usingWatcher((Watcher) events).forPath(c.root + "/n");
    f.setData().forPath(c.root + "/n", null);
    c.step("changed", () -> events.take(1));
    f.getChildren().usingWatcher((Watcher) events).forPath(c.root);
    f.delete().forPath(c.root + "/n");
    c.step("children", () -> events.take(1));
    c.step("add persistent", () -> { f.watchers().add().withMode(AddWatchMode.PERSISTENT_RECURSIVE).usingWatcher((Watcher) events).forPath(c.root); return null; });
    f.create().creatingParentsIfNeeded().forPath(c.root + "/x/y");
    c.step("hears", () -> events.take(2));
    c.step("remove", () -> { f.watchers().remove((Watcher) events).forPath(c.root); return null; });
    c.step("is told", () -> events.take(1));
    c.step("remove all", () -> { f.watchers().removeAll().forPath(c.root); return null; });
    c.step("remove all quietly", () -> { f.watchers().removeAll().quietly().forPath(c.root); return null; });
  }

  private static void namespace(Client c) throws Exception {
    CuratorFramework inside = c.framework.usingNamespace(c.root.substring(1) + "/space");
    c.step("create", () -> inside.create().forPath("/n", "x".getBytes()));
    c.step("get", () -> inside.getData().forPath("/n"));
    c.step("outside", () -> c.framework.getData().forPath(c.root + "/space/n"));
    common.Events events = new common.Events();
    inside.getData().usingWatcher((Watcher) events).forPath("/n");
    c.framework.setData().forPath(c.root + "/space/n", null);
    c.step("event", () -> events.take(1));
  }

  private static void background(Client c) throws Exception {
    List<Object> seen = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(5);
    org.apache.curator.framework.api.BackgroundCallback add = (client, event) -> {
      seen.add(Arrays.asList(event.getType().toString(), event.getResultCode(), event.getPath()));
      done.countDown();
    };
    CuratorFramework f = c.framework;
    f.create().inBackground(add).forPath(c.root + "/n");
    f.create().inBackground(add).forPath(c.root + "/n");
    f.setData().inBackground(add).forPath(c.root + "/n", null);
    f.checkExists().inBackground(add).forPath(c.root + "/none");
    f.getData().inBackground(add).forPath(c.root + "/none");
    c.step("all answered", () -> Driver.until(() -> done.getCount() == 0));
    c.record("in order", seen);
  }

  private static void acl(Client c) throws Exception {
    CuratorFramework f = c.framework;
    f.create().withACL(org.apache.zookeeper.ZooDefs.Ids.READ_ACL_UNSAFE).forPath(c.root + "/r");
    c.step("get", () -> f.getACL().forPath(c.root + "/r"));
    c.step("write", () -> f.setData().forPath(c.root + "/r", null));
    c.step("set", () -> f.setACL().withACL(org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE).forPath(c.root + "/r"));
    c.step("set another's version", () -> f.setACL().withVersion(3).withACL(org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE).forPath(c.root));
  }
}
