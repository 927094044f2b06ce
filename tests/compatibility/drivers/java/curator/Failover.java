package curator;

import common.Driver;
import common.Driver.Scenarios;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;

/** Recipes whose server dies. */
final class Failover {
  private Failover() {}

  static void register(Scenarios<Client> s) {
    s.disruptive("mutex-of-a-killed-server", Failover::mutex)
        .disruptive("latch-of-a-killed-server", Failover::latch)
        .disruptive("cache-of-a-killed-server", Failover::cache)
        .disruptive("node-of-a-killed-server", Failover::node);
  }

  private static void mutex(Client c) throws Exception {
    String path = c.root + "/lock";
    CuratorFramework owner = c.connect();
    int port = Client.port(owner);
    CuratorFramework other = c.connect(Driver.without(c.hosts, port), Client.TIMEOUT_MS);
    InterProcessMutex first = new InterProcessMutex(owner, path);
    InterProcessMutex second = new InterProcessMutex(other, path);
    first.acquire();
    Future<?> waiter = c.aside(second::acquire);
    Driver.until(() -> { other.sync().forPath(path); return other.getChildren().forPath(path).size() == 2; });
    Driver.ask("kill", port);
    c.step("the holder keeps it", () -> owner.checkExists().forPath(path) != null && first.isAcquiredInThisProcess() && !waiter.isDone());
    c.step("it goes on elsewhere", () -> Client.port(owner) != port);
    first.release();
    c.step("then the waiter", () -> { waiter.get(Client.WAIT_S, TimeUnit.SECONDS); return true; });
    Driver.ask("start", port);
  }

  private static void latch(Client c) throws Exception {
    String path = c.root + "/latch";
    CuratorFramework owner = c.connect();
    int port = Client.port(owner);
    CuratorFramework other = c.connect(Driver.without(c.hosts, port), Client.TIMEOUT_MS);
    LeaderLatch first = new LeaderLatch(owner, path);
    LeaderLatch second = new LeaderLatch(other, path);
    first.start();
    first.await(Client.WAIT_S, TimeUnit.SECONDS);
    second.start();
    Driver.until(() -> other.getChildren().forPath(path).size() == 2);
    Driver.ask("kill", port);
    // It gives leadership up when its connection is lost, and stands for it again: one of the two leads in the end.
    c.step("one leads", () -> Driver.until(() -> first.hasLeadership() ^ second.hasLeadership()));
    c.step("both take part", () -> Driver.until(() -> other.getChildren().forPath(path).size() == 2));
    first.close();
    c.step("then the other", () -> second.await(Client.WAIT_S, TimeUnit.SECONDS));
    second.close();
    Driver.ask("start", port);
  }

  private static void cache(Client c) throws Exception {
    CuratorFramework owner = c.connect();
    int port = Client.port(owner);
    CuratorFramework other = c.connect(Driver.without(c.hosts, port), Client.TIMEOUT_MS);
    other.create().forPath(c.root + "/a", "1".getBytes());
    CuratorCache cache = CuratorCache.build(owner, c.root);
    cache.start();
    Driver.until(() -> cache.get(c.root + "/a").isPresent());
    Driver.ask("kill", port);
    other.setData().forPath(c.root + "/a", "2".getBytes());
    other.create().forPath(c.root + "/b", "3".getBytes());
    c.step("catches up", () -> Driver.until(() -> cache.get(c.root + "/b").isPresent()
        && new String(cache.get(c.root + "/a").get().getData()).equals("2")));
    other.delete().forPath(c.root + "/b");
    c.step("and goes on", () -> Driver.until(() -> !cache.get(c.root + "/b").isPresent()));
    cache.close();
    Driver.ask("start", port);
  }

  private static void node(Client c) throws Exception {
    CuratorFramework owner = c.connect();
    int port = Client.port(owner);
    CuratorFramework other = c.connect(Driver.without(c.hosts, port), Client.TIMEOUT_MS);
    List<String> states = Collections.synchronizedList(new ArrayList<>());
    owner.getConnectionStateListenable().addListener((client, state) -> states.add(state.toString()));
    PersistentNode node = new PersistentNode(owner, CreateMode.EPHEMERAL, false, c.root + "/n", "x".getBytes());
    node.start();
    node.waitForInitialCreate(Client.WAIT_S, TimeUnit.SECONDS);
    Driver.ask("kill", port);
    c.step("states", () -> Driver.until(() -> states.contains("RECONNECTED")) ? states : states);
    // Whether it sets the data again when it is connected again is a matter of luck.
    c.step("it stays", () -> { other.sync().forPath(c.root); return other.checkExists().forPath(c.root + "/n") != null; });
    node.close();
    Driver.ask("start", port);
  }
}
