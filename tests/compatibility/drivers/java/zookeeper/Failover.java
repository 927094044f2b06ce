package zookeeper;

import common.Driver;
import common.Driver.Scenarios;
import common.Events;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;

/** Servers die: the client moves, its watches are set again and what it missed is told. */
final class Failover {
  private Failover() {}

  static void register(Scenarios<Client> s) {
    s.disruptive("server-killed", Failover::serverKilled)
        .disruptive("server-killed-watches", Failover::watches)
        .disruptive("server-killed-persistent-watches", Failover::persistent)
        .disruptive("leader-killed", Failover::leaderKilled);
  }

  private static void serverKilled(Client c) throws Exception {
    Client.Handle zk = c.connect();
    long session = zk.getSessionId();
    int port = zk.port();
    zk.create(c.root + "/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    zk.addAuthInfo("digest", "me:secret".getBytes());
    zk.create(c.root + "/mine", null, Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);
    Driver.ask("kill", port);
    c.step("goes on", () -> Client.retrying(() -> zk.exists(c.root + "/e", false).getEphemeralOwner() == session));
    c.step("elsewhere", () -> zk.port() != port);
    c.step("the same session", () -> zk.getSessionId() == session);
    c.step("its credentials go with it", () -> zk.getData(c.root + "/mine", false, null) == null);
    c.step("states", () -> zk.history.seen);
    c.step("ephemerals", () -> zk.getEphemerals());
    Driver.ask("start", port);
  }

  /** Every kind of one-shot watch, with and without something to catch up with. */
  private static void watches(Client c) throws Exception {
    Client.Handle zk = c.connect();
    int port = zk.port();
    Client.Handle writer = c.connect(Driver.without(c.hosts, port), Client.TIMEOUT_MS);
    for (String name : new String[] {"changed", "deleted", "same", "parent", "quiet"}) {
      writer.create(c.root + "/" + name, null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }
    writer.create(c.root + "/parent/old", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    Client.sync(zk, c.root);
    Events events = new Events();
    for (String name : new String[] {"changed", "deleted", "same"}) zk.getData(c.root + "/" + name, events.named("data"), null);
    for (String name : new String[] {"created", "never"}) zk.exists(c.root + "/" + name, events.named("exists"));
    for (String name : new String[] {"parent", "quiet"}) zk.getChildren(c.root + "/" + name, events.named("children"));
    Driver.ask("kill", port);
    writer.setData(c.root + "/changed", null, -1);
    writer.delete(c.root + "/deleted", -1);
    writer.create(c.root + "/created", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    writer.create(c.root + "/parent/new", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    c.step("catches up", () -> events.takeSorted(4));
    writer.setData(c.root + "/same", null, -1);
    writer.create(c.root + "/never", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    writer.create(c.root + "/quiet/new", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    c.step("the others are set again", () -> events.takeSorted(3));
    Driver.ask("start", port);
  }

  private static void persistent(Client c) throws Exception {
    Client.Handle zk = c.connect();
    int port = zk.port();
    Client.Handle writer = c.connect(Driver.without(c.hosts, port), Client.TIMEOUT_MS);
    Events events = new Events();
    zk.addWatch(c.root, events.named("recursive"), AddWatchMode.PERSISTENT_RECURSIVE);
    writer.create(c.root + "/n", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    c.step("before", () -> events.take(1));
    zk.addWatch(c.root + "/n", events.named("persistent"), AddWatchMode.PERSISTENT);
    Driver.ask("kill", port);
    Client.retrying(() -> zk.exists(c.root, false));
    writer.setData(c.root + "/n", null, -1);
    c.step("after", () -> events.takeSorted(2));
    writer.create(c.root + "/n/m", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    c.step("and on", () -> events.takeSorted(3));
    Driver.ask("start", port);
  }

  private static void leaderKilled(Client c) throws Exception {
    Client.Handle zk = c.connect();
    long session = zk.getSessionId();
    Events events = new Events();
    zk.create(c.root + "/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    zk.addWatch(c.root, events, AddWatchMode.PERSISTENT_RECURSIVE);
    Driver.ask("kill-leader", 0);
    c.step("writes go on", () -> Client.retrying(() -> zk.setData(c.root + "/e", null, -1)).getVersion() >= 1);
    c.step("the same session", () -> zk.getSessionId() == session);
    c.step("its watch hears", () -> events.take(1).get(0));
    c.step("its ephemeral", () -> zk.getEphemerals());
    Driver.ask("start-leader", 0);
    c.step("still", () -> Client.retrying(() -> zk.exists(c.root + "/e", false)).getEphemeralOwner() == session);
  }
}
