package common;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/** Watch events in the order in which they came; what happens to the connection is left out. */
public final class Events implements Watcher {
  private final List<Object> seen = new ArrayList<>();
  private final String name;
  private final Events all;

  public Events() {
    this.name = null;
    this.all = this;
  }

  private Events(String name, Events all) {
    this.name = name;
    this.all = all;
  }

  /** A watcher whose events say which one they came to; they are taken from this one. */
  public Events named(String watcher) {
    return new Events(watcher, this);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void process(WatchedEvent event) {
    if (event.getType() == Event.EventType.None) return;
    Map<String, Object> plain = (Map<String, Object>) Json.plain(event);
    if (name != null) plain.put("watcher", name);
    synchronized (all) {
      all.seen.add(plain);
      all.notifyAll();
    }
  }

  /** Waits for so many, and takes all that have come. */
  public synchronized List<Object> take(int count) throws InterruptedException {
    long end = System.currentTimeMillis() + Driver.DEADLINE_MS;
    while (seen.size() < count) {
      long left = end - System.currentTimeMillis();
      if (left <= 0) break;
      wait(left);
    }
    List<Object> taken = new ArrayList<>(seen);
    seen.clear();
    return taken;
  }

  /** The same, where the order is not promised. */
  public List<Object> takeSorted(int count) throws InterruptedException {
    List<Object> taken = take(count);
    taken.sort((a, b) -> Json.write(a).compareTo(Json.write(b)));
    return taken;
  }

  public synchronized int size() {
    return seen.size();
  }
}
