package zookeeper;

import common.Driver;
import common.Driver.Scenarios;
import common.Events;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** Sessions, chroot, callbacks. */
final class Sessions {
  private Sessions() {}

  static void register(Scenarios<Client> s) {
    s.add("negotiated-timeouts", Sessions::timeouts)
        .add("session-close", Sessions::close)
        .add("session-renewed", Sessions::renewed)
        .add("session-wrong-password", Sessions::wrongPassword)
        .add("session-expires", Sessions::expires)
        .add("update-server-list", Sessions::updateServerList)
        .add("chroot", Sessions::chroot)
        .add("callbacks", Sessions::callbacks)
        .add("order-of-replies", Sessions::order);
  }

  private static void timeouts(Client c) throws Exception {
    for (int timeout : new int[] {1_000, 4_000, 12_345, 40_000, 1_000_000}) {
      c.step("asked for " + timeout, () -> c.connect(c.hosts, timeout).getSessionTimeout());
    }
  }

  private static void close(Client c) throws Exception {
    Client.Handle other = c.connect();
    other.create(c.root + "/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    other.close();
    Client.sync(c.zk, c.root);
    c.step("the ephemeral", () -> c.zk.exists(c.root + "/e", false));
    c.step("a call", () -> other.exists("/", false));
    c.step("states", () -> Driver.until(() -> other.history.seen.size() == 2) ? other.history.seen : other.history.seen);
    c.step("state", () -> other.getState());
  }

  private static void renewed(Client c) throws Exception {
    Client.Handle first = c.connect();
    first.create(c.root + "/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    // It would take its session back, and the two would go on doing so.
    first.fallSilent();
    Client.History states = new Client.History();
    ZooKeeper second = new ZooKeeper(c.hosts, Client.TIMEOUT_MS, states, first.getSessionId(), first.getSessionPasswd());
    states.connected.await();
    c.step("the same session", () -> second.getSessionId() == first.getSessionId());
    CountDownLatch synced = new CountDownLatch(1);
    second.sync(c.root, (code, path, x) -> synced.countDown(), null);
    synced.await();
    c.step("its ephemerals", () -> second.getEphemerals());
    c.step("writes", () -> second.setData(c.root + "/e", null, -1).getEphemeralOwner() == second.getSessionId());
    second.close();
    Client.sync(c.zk, c.root);
    c.step("closed for both", () -> c.zk.exists(c.root + "/e", false));
  }

  private static void wrongPassword(Client c) throws Exception {
    Client.History states = new Client.History();
    ZooKeeper zk = new ZooKeeper(c.hosts, Client.TIMEOUT_MS, states, c.zk.getSessionId(), new byte[16]);
    c.step("states", () -> Driver.until(() -> states.seen.contains("Expired")) ? states.seen : states.seen);
    c.step("call", () -> zk.exists("/", false));
    // Where both are on one server, the attempt has cost the owner its connection.
    c.step("the owner goes on", () -> Client.retrying(() -> c.zk.exists(c.root, false)).getVersion());
    zk.close();
  }

  private static void expires(Client c) throws Exception {
    Client.Handle owner = c.connect(c.hosts, 4_000);
    Events events = new Events();
    owner.create(c.root + "/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    Client.sync(c.zk, c.root);
    c.zk.exists(c.root + "/e", events);
    long session = owner.getSessionId();
    byte[] password = owner.getSessionPasswd();
    owner.fallSilent();
    c.step("the ephemeral goes", () -> events.take(1));
    Client.History states = new Client.History();
    ZooKeeper back = new ZooKeeper(c.hosts, 4_000, states, session, password);
    c.step("expired", () -> Driver.until(() -> states.seen.contains("Expired")) ? states.seen : states.seen);
    back.close();
  }

  private static void updateServerList(Client c) throws Exception {
    Client.Handle zk = c.connect();
    long session = zk.getSessionId();
    int port = zk.port();
    zk.create(c.root + "/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    zk.updateServerList(Driver.without(c.hosts, port));
    c.step("moves", () -> Driver.until(() -> zk.getState().isConnected() && zk.port() != port));
    c.step("with its session", () -> Client.retrying(() -> zk.exists(c.root + "/e", false)).getEphemeralOwner() == session);
    c.step("writes", () -> Client.retrying(() -> zk.setData(c.root + "/e", null, -1)).getEphemeralOwner() == session);
    c.step("close within a time", () -> zk.close(20_000));
  }

  private static void chroot(Client c) throws Exception {
    Client.Handle inside = c.connect(c.hosts + c.root, Client.TIMEOUT_MS);
    Events events = new Events();
    c.step("create", () -> inside.create("/a", "x".getBytes(), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
    c.step("sequential", () -> inside.create("/s-", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL));
    c.step("children", () -> Client.children(inside, "/"));
    c.step("stat of its root", () -> inside.exists("/", false));
    inside.addWatch("/", events, AddWatchMode.PERSISTENT_RECURSIVE);
    inside.setData("/a", null, -1);
    c.step("event", () -> events.take(1));
    inside.create("/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    c.step("ephemerals", () -> inside.getEphemerals("/e"));
    c.step("count", () -> inside.getAllChildrenNumber("/"));
    c.step("sync", () -> { Client.sync(inside, "/a"); return null; });
    c.step("outside", () -> { Client.sync(c.zk, c.root); return Client.children(c.zk, c.root); });
    Client.Handle nowhere = c.connect(c.hosts + c.root + "/none", Client.TIMEOUT_MS);
    c.step("a chroot that is missing", () -> nowhere.create("/a", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
    c.step("its root", () -> nowhere.exists("/", false));
  }

  private static void callbacks(Client c) throws Exception {
    List<Object> results = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(14);
    String n = c.root + "/n";
    ZooKeeper zk = c.zk;
    zk.create(n, null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, (code, path, x, name) -> add(results, done, "create", code, name), null);
    zk.create(n, null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, (code, path, x, name, stat) -> add(results, done, "create2", code, stat), null);
    zk.setData(n, "x".getBytes(), 0, (code, path, x, stat) -> add(results, done, "set", code, stat), null);
    zk.getData(n, false, (code, path, x, data, stat) -> add(results, done, "get", code, data), null);
    zk.exists(n, false, (code, path, x, stat) -> add(results, done, "exists", code, stat), null);
    zk.getACL(n, new Stat(), (code, path, x, acl, stat) -> add(results, done, "acl", code, acl), null);
    zk.setACL(n, Ids.OPEN_ACL_UNSAFE, 0, (code, path, x, stat) -> add(results, done, "set acl", code, stat), null);
    zk.getChildren(c.root, false, (code, path, x, names) -> add(results, done, "children", code, names), null);
    zk.getChildren(c.root, false, (code, path, x, names, stat) -> add(results, done, "children2", code, stat), null);
    zk.getEphemerals(c.root, (code, x, names) -> add(results, done, "ephemerals", code, names), null);
    zk.getAllChildrenNumber(c.root, (code, path, x, number) -> add(results, done, "count", code, number), null);
    zk.sync(n, (code, path, x) -> add(results, done, "sync", code, path), null);
    zk.delete(n, 0, (code, path, x) -> add(results, done, "delete, wrong version", code, path), null);
    zk.delete(n, 1, (code, path, x) -> add(results, done, "delete", code, path), null);
    done.await();
    c.record("in order", results);
  }

  private static void add(List<Object> results, CountDownLatch done, String what, int code, Object value) {
    results.add(Arrays.asList(what, KeeperException.Code.get(code).name(), common.Json.plain(value)));
    done.countDown();
  }

  private static void order(Client c) throws Exception {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    int count = 500;
    CountDownLatch done = new CountDownLatch(count);
    for (int i = 0; i < count; i += 1) {
      int number = i;
      if (i % 3 == 0) {
        c.zk.create(c.root + "/n-", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL, (code, path, x, name) -> { order.add(number); done.countDown(); }, null);
      } else {
        c.zk.exists(c.root, false, (code, path, x, stat) -> { order.add(stat.getNumChildren() == number / 3 + 1 ? number : -1); done.countDown(); }, null);
      }
    }
    done.await();
    boolean inOrder = true;
    for (int i = 0; i < count; i += 1) inOrder &= order.get(i) == i;
    c.record("each sees what was asked before it", inOrder);
    List<String> both = Collections.synchronizedList(new ArrayList<>());
    c.zk.exists(c.root, event -> both.add("event"));
    c.zk.setData(c.root, null, -1, (code, path, x, stat) -> both.add("reply"), null);
    Driver.until(() -> both.size() == 2);
    c.record("an event before its reply", both);
  }
}
