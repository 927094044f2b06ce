package curator;

import common.Driver;
import common.Driver.Scenarios;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.locks.InterProcessMultiLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreMutex;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.recipes.locks.Revoker;

/** Who may go, and who leads. */
final class Locks {
  private Locks() {}

  static void register(Scenarios<Client> s) {
    s.add("mutex", Locks::mutex)
        .add("mutex-many", Locks::many)
        .add("mutex-of-a-closed-session", Locks::closed)
        .add("revocable-mutex", Locks::revocable)
        .add("semaphore-mutex", Locks::semaphoreMutex)
        .add("read-write-lock", Locks::readWrite)
        .add("semaphore", Locks::semaphore)
        .add("multi-lock", Locks::multiLock)
        .add("leader-latch", Locks::latch)
        .add("leader-selector", Locks::selector)
        .add("barrier", Locks::barrier)
        .add("double-barrier", Locks::doubleBarrier);
  }

  private static void mutex(Client c) throws Exception {
    String path = c.root + "/lock";
    InterProcessMutex first = new InterProcessMutex(c.connect(), path);
    InterProcessMutex second = new InterProcessMutex(c.connect(), path);
    c.step("acquire", () -> first.acquire(20, TimeUnit.SECONDS));
    c.step("re-enter", () -> first.acquire(20, TimeUnit.SECONDS));
    c.step("not by two", () -> second.acquire(300, TimeUnit.MILLISECONDS));
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    Future<?> waiter = c.aside(() -> {
      second.acquire();
      order.add("second has it");
      second.release();
    });
    c.step("two take part", () -> Driver.until(() -> c.childrenOf(path) == 2));
    c.step("participants", () -> first.getParticipantNodes().size());
    first.release();
    c.step("still held", () -> first.isAcquiredInThisProcess());
    order.add("first lets go");
    first.release();
    waiter.get(Client.WAIT_S, TimeUnit.SECONDS);
    c.record("order", order);
    c.step("release without having it", () -> { first.release(); return null; });
  }

  private static void many(Client c) throws Exception {
    String path = c.root + "/lock";
    List<Integer> inside = Collections.synchronizedList(new ArrayList<>());
    List<Integer> most = Collections.synchronizedList(new ArrayList<>());
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 4; i += 1) {
      InterProcessMutex mutex = new InterProcessMutex(c.connect(), path);
      all.add(c.aside(() -> {
        for (int turn = 0; turn < 10; turn += 1) {
          mutex.acquire();
          inside.add(1);
          most.add(inside.size());
          inside.remove(0);
          mutex.release();
        }
      }));
    }
    for (Future<?> one : all) one.get(60, TimeUnit.SECONDS);
    c.record("turns", most.size());
    c.record("never two", Collections.max(most));
  }

  private static void closed(Client c) throws Exception {
    String path = c.root + "/lock";
    CuratorFramework owner = c.connect();
    InterProcessMutex first = new InterProcessMutex(owner, path);
    InterProcessMutex second = new InterProcessMutex(c.connect(), path);
    first.acquire();
    Future<?> waiter = c.aside(second::acquire);
    Driver.until(() -> c.childrenOf(path) == 2);
    owner.close();
    c.step("the waiter gets it", () -> { waiter.get(Client.WAIT_S, TimeUnit.SECONDS); return true; });
  }

  private static void revocable(Client c) throws Exception {
    String path = c.root + "/lock";
    InterProcessMutex mutex = new InterProcessMutex(c.connect(), path);
    CountDownLatch asked = new CountDownLatch(1);
    mutex.makeRevocable(lock -> asked.countDown());
    mutex.acquire();
    Revoker.attemptRevoke(c.framework, c.framework.getChildren().forPath(path).isEmpty() ? null : path + "/" + c.framework.getChildren().forPath(path).get(0));
    c.step("the holder is asked", () -> asked.await(Client.WAIT_S, TimeUnit.SECONDS));
    mutex.release();
  }

  private static void semaphoreMutex(Client c) throws Exception {
    InterProcessSemaphoreMutex first = new InterProcessSemaphoreMutex(c.connect(), c.root + "/lock");
    InterProcessSemaphoreMutex second = new InterProcessSemaphoreMutex(c.connect(), c.root + "/lock");
    c.step("acquire", () -> first.acquire(20, TimeUnit.SECONDS));
    c.step("not by two", () -> second.acquire(300, TimeUnit.MILLISECONDS));
    c.step("not twice", () -> first.acquire(300, TimeUnit.MILLISECONDS));
    first.release();
    c.step("then another", () -> second.acquire(20, TimeUnit.SECONDS));
    second.release();
  }

  private static void readWrite(Client c) throws Exception {
    InterProcessReadWriteLock a = new InterProcessReadWriteLock(c.connect(), c.root + "/lock");
    InterProcessReadWriteLock b = new InterProcessReadWriteLock(c.connect(), c.root + "/lock");
    c.step("two readers", () -> a.readLock().acquire(20, TimeUnit.SECONDS) && b.readLock().acquire(20, TimeUnit.SECONDS));
    InterProcessReadWriteLock w = new InterProcessReadWriteLock(c.connect(), c.root + "/lock");
    c.step("no writer", () -> w.writeLock().acquire(300, TimeUnit.MILLISECONDS));
    a.readLock().release();
    b.readLock().release();
    c.step("then a writer", () -> w.writeLock().acquire(20, TimeUnit.SECONDS));
    c.step("no reader", () -> a.readLock().acquire(300, TimeUnit.MILLISECONDS));
    c.step("but its own", () -> w.readLock().acquire(20, TimeUnit.SECONDS));
  }

  private static void semaphore(Client c) throws Exception {
    InterProcessSemaphoreV2 a = new InterProcessSemaphoreV2(c.connect(), c.root + "/s", 2);
    InterProcessSemaphoreV2 b = new InterProcessSemaphoreV2(c.connect(), c.root + "/s", 2);
    Lease one = a.acquire(20, TimeUnit.SECONDS);
    Lease two = b.acquire(20, TimeUnit.SECONDS);
    c.step("two", () -> one != null && two != null);
    c.step("no third", () -> a.acquire(300, TimeUnit.MILLISECONDS) == null);
    c.step("participants", () -> a.getParticipantNodes().size());
    a.returnLease(one);
    c.step("then a third", () -> b.acquire(20, TimeUnit.SECONDS) != null);
  }

  private static void multiLock(Client c) throws Exception {
    List<String> paths = List.of(c.root + "/a", c.root + "/b");
    InterProcessMultiLock both = new InterProcessMultiLock(c.connect(), paths);
    InterProcessMutex one = new InterProcessMutex(c.connect(), c.root + "/b");
    c.step("one", () -> one.acquire(20, TimeUnit.SECONDS));
    c.step("not both", () -> both.acquire(300, TimeUnit.MILLISECONDS));
    one.release();
    c.step("both", () -> both.acquire(20, TimeUnit.SECONDS));
    c.step("not one", () -> one.acquire(300, TimeUnit.MILLISECONDS));
    both.release();
  }

  private static void latch(Client c) throws Exception {
    String path = c.root + "/latch";
    CuratorFramework[] frameworks = {c.connect(), c.connect(), c.connect()};
    LeaderLatch[] latches = new LeaderLatch[3];
    for (int i = 0; i < 3; i += 1) {
      latches[i] = new LeaderLatch(frameworks[i], path, "p" + i);
      int count = i + 1;
      latches[i].start();
      Driver.until(() -> c.childrenOf(path) == count);
    }
    c.step("the first leads", () -> latches[0].await(Client.WAIT_S, TimeUnit.SECONDS));
    c.step("all see it", () -> latches[2].getLeader().getId());
    c.step("participants", () -> latches[1].getParticipants().size());
    latches[0].close();
    c.step("then the second", () -> latches[1].await(Client.WAIT_S, TimeUnit.SECONDS));
    frameworks[1].close();
    c.step("its session closes: the third", () -> latches[2].await(Client.WAIT_S, TimeUnit.SECONDS));
    latches[2].close();
  }

  private static void selector(Client c) throws Exception {
    String path = c.root + "/selector";
    List<Integer> led = Collections.synchronizedList(new ArrayList<>());
    List<CountDownLatch> release = List.of(new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1));
    List<LeaderSelector> selectors = new ArrayList<>();
    for (int i = 0; i < 3; i += 1) {
      int self = i;
      LeaderSelector selector = new LeaderSelector(c.connect(), path, new LeaderSelectorListenerAdapter() {
        @Override
        public void takeLeadership(CuratorFramework client) throws Exception {
          led.add(self);
          release.get(self).await();
        }
      });
      selector.setId("p" + i);
      selectors.add(selector);
      selector.start();
      Driver.until(() -> c.childrenOf(path) == self + 1);
    }
    c.step("the first leads", () -> Driver.until(() -> led.size() == 1) ? led : led);
    c.step("who leads", () -> selectors.get(2).getLeader().getId());
    release.get(0).countDown();
    c.step("then the second", () -> Driver.until(() -> led.size() == 2) ? led : led);
    release.get(1).countDown();
    c.step("then the third", () -> Driver.until(() -> led.size() == 3) ? led : led);
    selectors.get(2).interruptLeadership();
    selectors.forEach(LeaderSelector::close);
  }

  private static void barrier(Client c) throws Exception {
    DistributedBarrier barrier = new DistributedBarrier(c.connect(), c.root + "/b");
    barrier.setBarrier();
    c.step("wait in vain", () -> new DistributedBarrier(c.framework, c.root + "/b").waitOnBarrier(300, TimeUnit.MILLISECONDS));
    Future<?> waiter = c.aside(() -> new DistributedBarrier(c.framework, c.root + "/b").waitOnBarrier());
    barrier.removeBarrier();
    c.step("passes", () -> { waiter.get(Client.WAIT_S, TimeUnit.SECONDS); return true; });
  }

  private static void doubleBarrier(Client c) throws Exception {
    List<Future<?>> all = new ArrayList<>();
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 3; i += 1) {
      DistributedDoubleBarrier barrier = new DistributedDoubleBarrier(c.connect(), c.root + "/d", 3);
      all.add(c.aside(() -> {
        barrier.enter();
        seen.add("in");
        barrier.leave();
        seen.add("out");
      }));
    }
    for (Future<?> one : all) one.get(Client.WAIT_S, TimeUnit.SECONDS);
    c.step("all go in and out", () -> { Collections.sort(seen); return seen; });
  }
}
