package curator;

import common.Driver;
import common.Driver.Scenarios;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.atomic.AtomicValue;
import org.apache.curator.framework.recipes.atomic.CachedAtomicLong;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicInteger;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.recipes.nodes.PersistentTtlNode;
import org.apache.curator.framework.recipes.queue.DistributedPriorityQueue;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.QueueBuilder;
import org.apache.curator.framework.recipes.queue.QueueConsumer;
import org.apache.curator.framework.recipes.queue.QueueSerializer;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.framework.recipes.shared.SharedValue;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.CreateMode;

/** Numbers, caches, nodes that stay, queues. */
final class Shared {
  private Shared() {}

  static void register(Scenarios<Client> s) {
    s.add("atomic-long", Shared::atomicLong)
        .add("shared-count", Shared::sharedCount)
        .add("curator-cache", Shared::cache)
        .add("persistent-watcher", Shared::persistentWatcher)
        .add("persistent-node", Shared::persistentNode)
        .add("persistent-ttl-node", Shared::persistentTtlNode)
        .add("group-member", Shared::group)
        .add("queue", Shared::queue)
        .add("priority-queue", Shared::priorityQueue)
        .add("simple-queue", Shared::simpleQueue);
  }

  private static void atomicLong(Client c) throws Exception {
    DistributedAtomicLong number = new DistributedAtomicLong(c.framework, c.root + "/n", new RetryNTimes(1_000, 1));
    c.step("initialize", () -> number.initialize(10L));
    c.step("again", () -> number.initialize(20L));
    c.step("increment", () -> plain(number.increment()));
    c.step("subtract", () -> plain(number.subtract(4L)));
    c.step("compare and set", () -> plain(number.compareAndSet(7L, 100L)));
    c.step("compare and set, another", () -> plain(number.compareAndSet(7L, 200L)));
    c.step("try set", () -> plain(number.trySet(1L)));
    c.step("get", () -> plain(number.get()));
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 3; i += 1) {
      DistributedAtomicInteger shared = new DistributedAtomicInteger(c.connect(), c.root + "/shared", new RetryNTimes(10_000, 1));
      all.add(c.aside(() -> {
        for (int turn = 0; turn < 30; turn += 1) if (!shared.increment().succeeded()) throw new IllegalStateException();
      }));
    }
    for (Future<?> one : all) one.get(Client.WAIT_S, TimeUnit.SECONDS);
    c.step("three add 30 each", () -> new DistributedAtomicInteger(c.framework, c.root + "/shared", new RetryNTimes(1, 1)).get().postValue());
    c.step("cached", () -> new CachedAtomicLong(number, 10).next().postValue());
  }

  private static Object plain(AtomicValue<Long> value) {
    return Arrays.asList(value.succeeded(), value.preValue(), value.postValue());
  }

  private static void sharedCount(Client c) throws Exception {
    SharedCount a = new SharedCount(c.connect(), c.root + "/count", 5);
    SharedCount b = new SharedCount(c.connect(), c.root + "/count", 5);
    a.start();
    b.start();
    c.step("at first", () -> b.getCount());
    a.setCount(9);
    c.step("both see it", () -> Driver.until(() -> b.getCount() == 9));
    c.step("try with the version", () -> b.trySetCount(b.getVersionedValue(), 11));
    c.step("the other sees it", () -> Driver.until(() -> a.getCount() == 11));
    SharedValue value = new SharedValue(c.framework, c.root + "/value", "seed".getBytes());
    value.start();
    c.step("value", () -> value.getValue());
    a.close();
    b.close();
    value.close();
  }

  private static void cache(Client c) throws Exception {
    c.framework.create().creatingParentsIfNeeded().forPath(c.root + "/a/b", "1".getBytes());
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch initialized = new CountDownLatch(1);
    CuratorCache cache = CuratorCache.build(c.framework, c.root);
    cache.listenable().addListener(CuratorCacheListener.builder()
        .forCreates(node -> seen.add("created " + node.getPath()))
        .forChanges((old, node) -> seen.add("changed " + node.getPath()))
        .forDeletes(node -> seen.add("deleted " + node.getPath()))
        .forInitialized(initialized::countDown).build());
    cache.start();
    c.step("initialized", () -> initialized.await(Client.WAIT_S, TimeUnit.SECONDS));
    c.step("at first", () -> { List<String> copy = new ArrayList<>(seen); Collections.sort(copy); return copy; });
    seen.clear();
    CuratorFramework other = c.connect();
    other.create().forPath(c.root + "/c", "2".getBytes());
    Driver.until(() -> seen.size() == 1);
    other.setData().forPath(c.root + "/a/b", "3".getBytes());
    Driver.until(() -> seen.size() == 2);
    other.delete().forPath(c.root + "/c");
    Driver.until(() -> seen.size() == 3);
    c.step("then", () -> seen);
    c.step("data", () -> cache.get(c.root + "/a/b").get().getData());
    c.step("size", () -> cache.size());
    cache.close();
  }

  private static void persistentWatcher(Client c) throws Exception {
    common.Events events = new common.Events();
    CountDownLatch set = new CountDownLatch(1);
    PersistentWatcher watcher = new PersistentWatcher(c.framework, c.root, true);
    watcher.getListenable().addListener(events);
    watcher.getResetListenable().addListener(set::countDown);
    watcher.start();
    c.step("is set", () -> set.await(Client.WAIT_S, TimeUnit.SECONDS));
    c.framework.create().creatingParentsIfNeeded().forPath(c.root + "/a/b");
    c.framework.setData().forPath(c.root + "/a/b", null);
    c.step("hears", () -> events.take(3));
    watcher.close();
  }

  private static void persistentNode(Client c) throws Exception {
    PersistentNode node = new PersistentNode(c.connect(), CreateMode.EPHEMERAL, false, c.root + "/n", "x".getBytes());
    node.start();
    c.step("is made", () -> node.waitForInitialCreate(Client.WAIT_S, TimeUnit.SECONDS));
    c.framework.sync().forPath(c.root);
    c.framework.delete().forPath(c.root + "/n");
    c.step("comes back", () -> Driver.until(() -> c.framework.checkExists().forPath(c.root + "/n") != null));
    c.step("set", () -> { node.setData("y".getBytes()); return node.getData(); });
    node.close();
    c.step("goes", () -> Driver.until(() -> c.framework.checkExists().forPath(c.root + "/n") == null));
  }

  private static void persistentTtlNode(Client c) throws Exception {
    PersistentTtlNode node = new PersistentTtlNode(c.connect(), c.root + "/t", 3_000, "x".getBytes());
    node.start();
    c.step("is made", () -> node.waitForInitialCreate(Client.WAIT_S, TimeUnit.SECONDS));
    c.step("its child", () -> Driver.until(() -> c.childrenOf(c.root + "/t") == 1));
    node.close();
  }

  private static void group(Client c) throws Exception {
    List<GroupMember> members = new ArrayList<>();
    for (int i = 0; i < 3; i += 1) {
      GroupMember member = new GroupMember(c.connect(), c.root + "/g", "m" + i, ("d" + i).getBytes());
      members.add(member);
      member.start();
    }
    c.step("all see all", () -> Driver.until(() -> members.stream().allMatch(m -> m.getCurrentMembers().size() == 3)));
    TreeMap<String, Object> data = new TreeMap<>();
    members.get(1).getCurrentMembers().forEach((name, bytes) -> data.put(name, common.Json.plain(bytes)));
    c.record("members", data);
    members.get(0).close();
    c.step("one leaves", () -> Driver.until(() -> members.get(1).getCurrentMembers().size() == 2));
    members.get(1).close();
    members.get(2).close();
  }

  static final QueueSerializer<String> TEXT = new QueueSerializer<>() {
    @Override
    public byte[] serialize(String item) {
      return item.getBytes();
    }

    @Override
    public String deserialize(byte[] bytes) {
      return new String(bytes);
    }
  };

  static QueueConsumer<String> into(List<String> taken) {
    return new QueueConsumer<>() {
      @Override
      public void consumeMessage(String message) {
        taken.add(message);
      }

      @Override
      public void stateChanged(CuratorFramework client, ConnectionState state) {}
    };
  }

  private static void queue(Client c) throws Exception {
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    DistributedQueue<String> queue = QueueBuilder.builder(c.framework, into(taken), TEXT, c.root + "/q").lockPath(c.root + "/l").buildQueue();
    queue.start();
    for (int i = 0; i < 10; i += 1) queue.put("item " + i);
    c.step("all taken", () -> Driver.until(() -> taken.size() == 10));
    c.step("in order", () -> taken);
    queue.close();
  }

  private static void priorityQueue(Client c) throws Exception {
    List<String> taken = Collections.synchronizedList(new ArrayList<>());
    DistributedPriorityQueue<String> producer = QueueBuilder.builder(c.framework, null, TEXT, c.root + "/q").buildPriorityQueue(0);
    producer.start();
    producer.put("low", 9);
    producer.put("high", 1);
    producer.put("middle", 5);
    c.step("all put", () -> producer.flushPuts(Client.WAIT_S, TimeUnit.SECONDS));
    DistributedPriorityQueue<String> consumer = QueueBuilder.builder(c.connect(), into(taken), TEXT, c.root + "/q").buildPriorityQueue(0);
    consumer.start();
    c.step("by priority", () -> Driver.until(() -> taken.size() == 3) ? taken : taken);
    producer.close();
    consumer.close();
  }

  private static void simpleQueue(Client c) throws Exception {
    SimpleDistributedQueue queue = new SimpleDistributedQueue(c.framework, c.root + "/q");
    c.step("offer", () -> queue.offer("one".getBytes()));
    queue.offer("two".getBytes());
    c.step("peek", () -> queue.peek());
    c.step("take", () -> queue.take());
    c.step("poll", () -> queue.poll());
    c.step("poll of none", () -> queue.poll());
    c.step("element of none", () -> queue.element());
    c.step("poll in vain", () -> queue.poll(200, TimeUnit.MILLISECONDS));
  }
}
