package zookeeper;

import common.Driver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;

/** One scenario of the Java client: a client of its own, a node of its own, and its steps. */
final class Client extends Driver.Context {
  static final int TIMEOUT_MS = 30_000;

  /** A connection with what happened to it. */
  static final class Handle extends ZooKeeperAdmin {
    final History history;

    Handle(String hosts, int timeoutMs, History history) throws Exception {
      super(hosts, timeoutMs, history);
      this.history = history;
    }

    /** As if the process had been killed: no byte goes out any more, nothing is closed. */
    void fallSilent() throws Exception {
      cnxn.disconnect();
    }

    int port() {
      return ((InetSocketAddress) testableRemoteSocketAddress()).getPort();
    }
  }

  static final class History implements Watcher {
    final CountDownLatch connected = new CountDownLatch(1);
    final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void process(WatchedEvent event) {
      if (event.getType() != Event.EventType.None) return;
      seen.add(event.getState().toString());
      if (event.getState() == Event.KeeperState.SyncConnected) connected.countDown();
    }
  }

  final String root;
  final Handle zk;
  private final List<Handle> all = new ArrayList<>();
  private final List<Handle> servers = new ArrayList<>();

  Client(String scenario, String hosts) throws Exception {
    super(scenario, hosts);
    root = "/java-" + scenario;
    zk = connect();
    create(root, "");
  }

  Handle connect() throws Exception {
    return connect(hosts, TIMEOUT_MS);
  }

  Handle connect(String where, int timeoutMs) throws Exception {
    Handle handle = new Handle(where, timeoutMs, new History());
    all.add(handle);
    handle.history.connected.await(Driver.DEADLINE_MS, TimeUnit.MILLISECONDS);
    return handle;
  }

  String create(String path, String data) throws Exception {
    return zk.create(path, data.getBytes(), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
  }

  Object get(Handle from, String path) throws Exception {
    Stat stat = new Stat();
    byte[] data = from.getData(path, false, stat);
    List<Object> both = new ArrayList<>();
    both.add(data);
    both.add(stat);
    return both;
  }

  static List<String> children(Handle from, String path) throws Exception {
    List<String> names = new ArrayList<>(from.getChildren(path, false));
    Collections.sort(names);
    return names;
  }

  /** Until this client's server has everything that was acknowledged so far. */
  static void sync(Handle handle, String path) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    handle.sync(path, (code, where, context) -> done.countDown(), null);
    done.await(Driver.DEADLINE_MS, TimeUnit.MILLISECONDS);
  }

  /**
   * Until every server goes by the new ACL: ZooKeeper's leader checks by what it has applied, which may be less than
   * what was acknowledged.
   */
  void settle(String path, int aversion) throws Exception {
    if (servers.isEmpty()) for (String host : hosts.split(",")) servers.add(connect(host, TIMEOUT_MS));
    for (Handle server : servers) {
      sync(server, path);
      Driver.until(() -> {
        try {
          return server.exists(path, false).getAversion() >= aversion;
        } catch (KeeperException.NoAuthException hidden) {
          return true;
        }
      });
    }
  }

  /** Tries again for as long as the connection is lost: what was asked may then happen twice. */
  static <T> T retrying(java.util.concurrent.Callable<T> action) throws Exception {
    long end = System.currentTimeMillis() + Driver.DEADLINE_MS;
    for (;;) {
      try {
        return action.call();
      } catch (KeeperException.ConnectionLossException lost) {
        if (System.currentTimeMillis() > end) throw lost;
        Thread.sleep(50);
      }
    }
  }

  @Override
  public void close() {
    for (Handle handle : all) {
      try {
        handle.close();
      } catch (Exception alreadyGone) {
        // Some scenarios close their clients themselves.
      }
    }
  }
}
