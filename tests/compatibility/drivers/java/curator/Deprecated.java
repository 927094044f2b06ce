package curator;

import common.Driver;
import common.Driver.Scenarios;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.NodeCache;
import org.apache.curator.framework.recipes.cache.PathChildrenCache;
import org.apache.curator.framework.recipes.cache.TreeCache;
import org.apache.curator.framework.recipes.queue.DistributedDelayQueue;
import org.apache.curator.framework.recipes.queue.DistributedIdQueue;
import org.apache.curator.framework.recipes.queue.QueueBuilder;

/** Recipes that Curator advises against and that many programs still use: they live on one-shot watches. */
final class Deprecated {
  private Deprecated() {}

  static void register(Scenarios<Client> s) {
    s.add("node-cache", Deprecated::nodeCache)
        .add("path-children-cache", Deprecated::pathChildrenCache)
        .add("tree-cache", Deprecated::treeCache)
        .add("id-queue", Deprecated::idQueue)
        .add("delay-queue", Deprecated::delayQueue);
  }

  private static void nodeCache(Client c) throws Exception {
    NodeCache cache = new NodeCache(c.framework, c.root + "/n");
    cache.start(true);
    c.step("nothing", () -> cache.getCurrentData() == null);
    CuratorFramework other = c.connect();
    other.create().forPath(c.root + "/n", "1".getBytes());
    c.step("created", () -> Driver.until(() -> cache.getCurrentData() != null));
    other.setData().forPath(c.root + "/n", "2".getBytes());
    c.step("changed", () -> Driver.until(() -> new String(cache.getCurrentData().getData()).equals("2")));
    other.delete().forPath(c.root + "/n");
    c.step("deleted", () -> Driver.until(() -> cache.getCurrentData() == null));
    cache.close();
  }

  private static void pathChildrenCache(Client c) throws Exception {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    c.framework.create().forPath(c.root + "/old", "0".getBytes());
    PathChildrenCache cache = new PathChildrenCache(c.framework, c.root, true);
    cache.getListenable().addListener((client, event) -> {
      if (event.getData() != null) seen.add(event.getType() + " " + event.getData().getPath());
    });
    cache.start(PathChildrenCache.StartMode.BUILD_INITIAL_CACHE);
    c.step("at first", () -> cache.getCurrentData().size());
    CuratorFramework other = c.connect();
    other.create().forPath(c.root + "/n", "1".getBytes());
    Driver.until(() -> seen.size() == 1);
    other.setData().forPath(c.root + "/n", "2".getBytes());
    Driver.until(() -> seen.size() == 2);
    other.delete().forPath(c.root + "/n");
    Driver.until(() -> seen.size() == 3);
    c.step("then", () -> seen);
    cache.close();
  }

  private static void treeCache(Client c) throws Exception {
    c.framework.create().creatingParentsIfNeeded().forPath(c.root + "/a/b", "1".getBytes());
    TreeCache cache = new TreeCache(c.framework, c.root);
    cache.start();
    c.step("at first", () -> Driver.until(() -> cache.getCurrentData(c.root + "/a/b") != null));
    CuratorFramework other = c.connect();
    other.create().creatingParentsIfNeeded().forPath(c.root + "/x/y/z", "2".getBytes());
    c.step("deep", () -> Driver.until(() -> cache.getCurrentData(c.root + "/x/y/z") != null));
    other.delete().deletingChildrenIfNeeded().forPath(c.root + "/x");
    c.step("deleted", () -> Driver.until(() -> cache.getCurrentChildren(c.root + "/x") == null));
    cache.close();
  }

  private static void idQueue(Client c) throws Exception {
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    DistributedIdQueue<String> producer = QueueBuilder.builder(c.framework, null, Shared.TEXT, c.root + "/q").buildIdQueue();
    producer.start();
    producer.put("one", "id-1");
    producer.put("two", "id-2");
    producer.put("three", "id-3");
    c.step("all put", () -> producer.flushPuts(Client.WAIT_S, TimeUnit.SECONDS));
    c.step("remove by id", () -> producer.remove("id-2"));
    c.step("remove none", () -> producer.remove("id-9"));
    DistributedIdQueue<String> consumer = QueueBuilder.builder(c.connect(), Shared.into(taken), Shared.TEXT, c.root + "/q").buildIdQueue();
    consumer.start();
    c.step("the others", () -> Driver.until(() -> taken.size() == 2) ? taken : taken);
    producer.close();
    consumer.close();
  }

  private static void delayQueue(Client c) throws Exception {
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    DistributedDelayQueue<String> queue = QueueBuilder.builder(c.framework, Shared.into(taken), Shared.TEXT, c.root + "/q").buildDelayQueue();
    queue.start();
    long now = System.currentTimeMillis();
    queue.put("later", now + 800);
    queue.put("sooner", now + 200);
    c.step("in the order of their times", () -> Driver.until(() -> taken.size() == 2) ? taken : taken);
    queue.close();
  }
}
