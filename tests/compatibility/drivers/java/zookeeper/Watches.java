package zookeeper;

import common.Driver.Scenarios;
import common.Events;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooDefs.Ids;

/** One-shot, persistent and recursive watches, and how they are removed. */
final class Watches {
  private Watches() {}

  static void register(Scenarios<Client> s) {
    s.add("watch-one-shot", Watches::oneShot)
        .add("watch-persistent", Watches::persistent)
        .add("watch-recursive", Watches::recursive)
        .add("watch-recursive-deep", Watches::deep)
        .add("watch-mixed", Watches::mixed)
        .add("watch-multi", Watches::multi)
        .add("watch-default", Watches::byDefault)
        .add("watch-close", Watches::close)
        .add("remove-watches", Watches::remove)
        .add("remove-all-watches", Watches::removeAll)
        .add("remove-persistent-watches", Watches::removePersistent);
  }

  private static Callable<Object> doing(Action action) {
    return () -> {
      action.run();
      return null;
    };
  }

  private interface Action {
    void run() throws Exception;
  }

  private static void oneShot(Client c) throws Exception {
    Events events = new Events();
    String path = c.root + "/n";
    c.zk.exists(path, events.named("exists"));
    c.create(path, "");
    c.step("created", () -> events.take(1));
    c.zk.getData(path, events.named("data"), null);
    c.zk.exists(path, events.named("exists"));
    c.zk.getChildren(path, events.named("children"));
    c.zk.setData(path, null, -1);
    c.step("changed", () -> events.takeSorted(2));
    c.create(path + "/child", "");
    c.step("children", () -> events.take(1));
    c.zk.getData(path + "/child", events.named("data"), null);
    c.zk.getChildren(path + "/child", events.named("children"));
    c.zk.getChildren(path, events.named("parent"));
    c.zk.delete(path + "/child", -1);
    c.step("deleted", () -> events.takeSorted(3));
    c.step("none for a missing one", () -> c.zk.getData(path + "/none", events, null));
    c.step("none for its children", () -> c.zk.getChildren(path + "/none", events));
    c.create(path + "/none", "");
    c.zk.exists(path + "/last", events);
    c.create(path + "/last", "");
    c.step("indeed", () -> events.take(1));
  }

  private static void persistent(Client c) throws Exception {
    Events events = new Events();
    String path = c.root + "/n";
    c.step("add on a missing one", doing(() -> c.zk.addWatch(path, events, AddWatchMode.PERSISTENT)));
    c.create(path, "");
    c.zk.setData(path, null, -1);
    c.zk.setData(path, null, -1);
    c.create(path + "/child", "");
    c.zk.setData(path + "/child", null, -1);
    c.create(path + "/child/grandchild", "");
    c.zk.delete(path + "/child/grandchild", -1);
    c.zk.delete(path + "/child", -1);
    c.zk.delete(path, -1);
    c.create(path, "");
    c.step("all of it", () -> events.take(8));
  }

  private static void recursive(Client c) throws Exception {
    Events events = new Events();
    c.step("add", doing(() -> c.zk.addWatch(c.root, events, AddWatchMode.PERSISTENT_RECURSIVE)));
    c.create(c.root + "/a", "");
    c.create(c.root + "/a/b", "");
    c.zk.setData(c.root + "/a/b", null, -1);
    c.zk.setData(c.root, null, -1);
    c.zk.delete(c.root + "/a/b", -1);
    c.zk.delete(c.root + "/a", -1);
    c.create(c.root + "/a", "");
    c.step("all of it", () -> events.take(7));
    c.zk.create(c.root + "/s-", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);
    c.step("a sequential one", () -> events.take(1));
  }

  private static void deep(Client c) throws Exception {
    Events outer = new Events();
    Events inner = new Events();
    String path = c.root + "/a/b/c";
    c.create(c.root + "/a", "");
    c.zk.addWatch(c.root, outer.named("root"), AddWatchMode.PERSISTENT_RECURSIVE);
    c.zk.addWatch(c.root + "/a/b", inner.named("b"), AddWatchMode.PERSISTENT_RECURSIVE);
    c.create(c.root + "/a/b", "");
    c.create(path, "");
    c.zk.setData(path, null, -1);
    c.create(c.root + "/a/bb", "");
    c.zk.delete(path, -1);
    c.step("root", () -> outer.take(5));
    c.step("b, not bb", () -> inner.take(4));
  }

  /** Watches of different kinds on nodes of their own: 3.8 keeps one kind for each node and connection. */
  private static void mixed(Client c) throws Exception {
    Events events = new Events();
    c.zk.addWatch(c.root, events.named("recursive"), AddWatchMode.PERSISTENT_RECURSIVE);
    c.zk.exists(c.root + "/n", events.named("exists"));
    c.create(c.root + "/n", "");
    c.step("created", () -> events.takeSorted(2));
    c.zk.getChildren(c.root + "/n", events.named("children"));
    c.create(c.root + "/n/c", "");
    c.step("child", () -> events.takeSorted(3));
    c.zk.addWatch(c.root + "/n", events.named("persistent"), AddWatchMode.PERSISTENT);
    c.zk.setData(c.root + "/n", null, -1);
    c.step("changed", () -> events.takeSorted(2));
  }

  private static void multi(Client c) throws Exception {
    Events events = new Events();
    c.zk.addWatch(c.root, events.named("recursive"), AddWatchMode.PERSISTENT_RECURSIVE);
    c.zk.multi(Arrays.asList(
        Op.create(c.root + "/a", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
        Op.setData(c.root + "/a", null, -1),
        Op.create(c.root + "/a/b", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
        Op.delete(c.root + "/a/b", -1),
        Op.delete(c.root + "/a", -1)));
    c.step("op by op", () -> events.take(5));
  }

  private static void byDefault(Client c) throws Exception {
    Events events = new Events();
    c.zk.register(events);
    c.zk.exists(c.root + "/n", true);
    c.create(c.root + "/n", "");
    c.step("exists", () -> events.take(1));
    c.zk.getData(c.root + "/n", true, null);
    c.zk.setData(c.root + "/n", null, -1);
    c.step("data", () -> events.take(1));
    c.zk.getChildren(c.root, true);
    c.zk.delete(c.root + "/n", -1);
    c.step("children", () -> events.take(1));
    c.step("persistent", doing(() -> c.zk.addWatch(c.root, AddWatchMode.PERSISTENT)));
    c.create(c.root + "/m", "");
    c.step("hears", () -> events.take(1));
  }

  private static void close(Client c) throws Exception {
    Events events = new Events();
    Client.Handle owner = c.connect();
    owner.create(c.root + "/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    Client.sync(c.zk, c.root);
    c.zk.addWatch(c.root, events.named("recursive"), AddWatchMode.PERSISTENT_RECURSIVE);
    c.zk.exists(c.root + "/e", events.named("exists"));
    owner.close();
    c.step("ephemerals of a closed session", () -> events.takeSorted(2));
  }

  private static void remove(Client c) throws Exception {
    Events events = new Events();
    Events other = new Events();
    String path = c.root + "/n";
    c.create(path, "");
    c.step("none there", doing(() -> c.zk.removeWatches(path, events, WatcherType.Any, false)));
    c.zk.getData(path, events, null);
    c.step("another watcher", doing(() -> c.zk.removeWatches(path, other, WatcherType.Any, false)));
    c.step("another type", doing(() -> c.zk.removeWatches(path, events, WatcherType.Children, false)));
    c.step("data", doing(() -> c.zk.removeWatches(path, events, WatcherType.Data, false)));
    c.step("is told", () -> events.take(1));
    c.zk.getData(path, events, null);
    c.zk.getData(path, other, null);
    c.step("one of two", doing(() -> c.zk.removeWatches(path, events, WatcherType.Data, false)));
    c.step("is told", () -> events.take(1));
    c.zk.setData(path, null, -1);
    c.step("the other still hears", () -> other.take(1));
    c.zk.getChildren(path, events);
    c.step("children", doing(() -> c.zk.removeWatches(path, events, WatcherType.Children, false)));
    c.step("is told", () -> events.take(1));
    c.create(path + "/c", "");
    c.zk.exists(c.root + "/last", events);
    c.create(c.root + "/last", "");
    c.step("nothing of what was removed", () -> events.take(1));
    c.step("on a path that never was", doing(() -> c.zk.removeWatches(c.root + "/never", events, WatcherType.Any, true)));
  }

  private static void removeAll(Client c) throws Exception {
    Events events = new Events();
    String path = c.root + "/n";
    c.create(path, "");
    c.step("none there", doing(() -> c.zk.removeAllWatches(path, WatcherType.Any, false)));
    c.zk.getData(path, events.named("data"), null);
    c.zk.exists(path, events.named("exists"));
    c.zk.getChildren(path, events.named("children"));
    c.step("data", doing(() -> c.zk.removeAllWatches(path, WatcherType.Data, false)));
    c.step("are told", () -> events.takeSorted(2));
    c.step("data again", doing(() -> c.zk.removeAllWatches(path, WatcherType.Data, false)));
    c.step("any", doing(() -> c.zk.removeAllWatches(path, WatcherType.Any, false)));
    c.step("is told", () -> events.take(1));
    c.create(path + "/c", "");
    c.zk.setData(path, null, -1);
    c.zk.exists(c.root + "/last", events);
    c.create(c.root + "/last", "");
    c.step("nothing of what was removed", () -> events.take(1));
  }

  private static void removePersistent(Client c) throws Exception {
    Events events = new Events();
    c.zk.addWatch(c.root, events.named("recursive"), AddWatchMode.PERSISTENT_RECURSIVE);
    c.step("recursive", doing(() -> c.zk.removeAllWatches(c.root, WatcherType.Any, false)));
    c.step("is told", () -> events.take(1));
    c.create(c.root + "/a", "");
    c.zk.addWatch(c.root + "/a", events.named("persistent"), AddWatchMode.PERSISTENT);
    c.step("persistent", doing(() -> c.zk.removeAllWatches(c.root + "/a", WatcherType.Any, false)));
    c.step("is told", () -> events.take(1));
    c.zk.setData(c.root + "/a", null, -1);
    c.zk.exists(c.root + "/last", events);
    c.create(c.root + "/last", "");
    c.step("nothing of what was removed", () -> events.take(1));
  }
}
