package curator;

import common.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;

/** One scenario of Curator: a framework of its own, a node of its own, and its steps. */
final class Client extends Driver.Context {
  static final int TIMEOUT_MS = 30_000;
  static final int WAIT_S = 30;

  final String root;
  final CuratorFramework framework;
  private final List<CuratorFramework> all = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  Client(String scenario, String hosts) throws Exception {
    super(scenario, hosts);
    root = "/curator-" + scenario;
    framework = connect();
    framework.create().forPath(root, new byte[0]);
  }

  CuratorFramework connect() throws Exception {
    return connect(hosts, TIMEOUT_MS);
  }

  CuratorFramework connect(String where, int timeoutMs) throws Exception {
    CuratorFramework made = CuratorFrameworkFactory.newClient(where, timeoutMs, 15_000, new RetryForever(100));
    all.add(made);
    made.start();
    made.blockUntilConnected(WAIT_S, TimeUnit.SECONDS);
    return made;
  }

  interface Action {
    void run() throws Exception;
  }

  /** In a thread of its own. */
  java.util.concurrent.Future<?> aside(Action action) {
    return threads.submit(() -> {
      action.run();
      return null;
    });
  }

  /** The port of the server that serves this framework now. */
  static int port(CuratorFramework of) throws Exception {
    String text = of.getZookeeperClient().getZooKeeper().toString();
    return Integer.parseInt(text.replaceAll("(?s).*remoteserver:[^ ]*:(\\d+) .*", "$1"));
  }

  int childrenOf(String path) throws Exception {
    framework.sync().forPath(path);
    return framework.checkExists().forPath(path) == null ? 0 : framework.getChildren().forPath(path).size();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    for (CuratorFramework made : all) made.close();
  }
}
