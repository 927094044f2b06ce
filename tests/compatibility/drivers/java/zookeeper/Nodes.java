package zookeeper;

import common.Driver;
import common.Driver.Scenarios;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.Stat;

/** create in all modes, delete, exists, get, set, children and the counting calls. */
final class Nodes {
  private Nodes() {}

  static void register(Scenarios<Client> s) {
    s.add("create-modes", Nodes::createModes)
        .add("create-failures", Nodes::createFailures)
        .add("time-to-live", Nodes::timeToLive)
        .add("container", Nodes::container)
        .add("delete", Nodes::delete)
        .add("data", Nodes::data)
        .add("children", Nodes::children)
        .add("counting", Nodes::counting)
        .add("paths", Nodes::paths)
        .add("big-data", Nodes::bigData)
        .add("quota", Nodes::quota)
        .add("configuration", Nodes::configuration);
  }

  private static void createModes(Client c) {
    for (CreateMode mode : CreateMode.values()) {
      Stat stat = new Stat();
      long ttl = mode.isTTL() ? 3_600_000 : -1;
      c.step(mode + "", () -> c.zk.create(c.root + "/" + mode + "-", "x".getBytes(), Ids.OPEN_ACL_UNSAFE, mode, stat, ttl));
      c.record(mode + ", its stat", stat);
    }
    for (CreateMode mode : CreateMode.values()) {
      if (mode.isTTL()) continue;
      c.step(mode + " without stat", () -> c.zk.create(c.root + "/" + mode + "+", null, Ids.OPEN_ACL_UNSAFE, mode));
    }
    c.step("children", () -> Client.children(c.zk, c.root));
    c.step("stat", () -> c.zk.exists(c.root, false));
  }

  private static void createFailures(Client c) throws Exception {
    c.zk.create(c.root + "/ephemeral", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    for (CreateMode mode : CreateMode.values()) {
      long ttl = mode.isTTL() ? 1_000 : -1;
      Stat stat = new Stat();
      c.step(mode + ": no parent", () -> c.zk.create(c.root + "/none/x", null, Ids.OPEN_ACL_UNSAFE, mode, stat, ttl));
      c.step(mode + ": below an ephemeral", () -> c.zk.create(c.root + "/ephemeral/x", null, Ids.OPEN_ACL_UNSAFE, mode, stat, ttl));
      c.step(mode + ": no acl", () -> c.zk.create(c.root + "/x", null, new ArrayList<>(), mode, stat, ttl));
      if (!mode.isSequential()) c.step(mode + ": exists", () -> c.zk.create(c.root + "/ephemeral", null, Ids.OPEN_ACL_UNSAFE, mode, stat, ttl));
    }
    c.step("nothing came of it", () -> Client.children(c.zk, c.root));
  }

  private static void timeToLive(Client c) throws Exception {
    Stat stat = new Stat();
    for (long ttl : new long[] {0, -1, 0xffffffffffL + 1}) {
      c.step("ttl " + ttl, () -> c.zk.create(c.root + "/x", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, stat, ttl));
    }
    c.step("the longest", () -> c.zk.create(c.root + "/long", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, stat, 0xffffffffffL));
    c.step("ttl for another mode", () -> c.zk.create(c.root + "/x", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, stat, 5));
    common.Events events = new common.Events();
    c.zk.create(c.root + "/short", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, stat, 300);
    c.zk.create(c.root + "/full", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, stat, 300);
    c.create(c.root + "/full/child", "");
    c.zk.exists(c.root + "/short", events);
    c.step("is deleted", () -> events.take(1));
    c.step("one with a child is not", () -> c.zk.exists(c.root + "/full", false).getNumChildren());
    c.zk.exists(c.root + "/full", events);
    c.zk.delete(c.root + "/full/child", -1);
    c.step("until the child goes", () -> events.take(1));
    c.step("the long one stays", () -> Client.children(c.zk, c.root));
  }

  private static void container(Client c) throws Exception {
    common.Events events = new common.Events();
    for (String name : new String[] {"used", "unused"}) {
      c.zk.create(c.root + "/" + name, "x".getBytes(), Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
    }
    c.step("an ephemeral child", () -> c.zk.create(c.root + "/used/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL));
    c.zk.exists(c.root + "/used", events);
    c.step("not while it is full", () -> c.zk.exists(c.root + "/used", false).getNumChildren());
    c.zk.delete(c.root + "/used/e", -1);
    c.step("is deleted", () -> events.take(1));
    c.step("one never used stays", () -> Client.children(c.zk, c.root));
    c.step("and can be deleted", () -> { c.zk.delete(c.root + "/unused", 0); return null; });
  }

  private static void delete(Client c) throws Exception {
    c.create(c.root + "/full", "");
    c.create(c.root + "/full/child", "");
    c.step("missing", () -> { c.zk.delete(c.root + "/none", -1); return null; });
    c.step("full", () -> { c.zk.delete(c.root + "/full", -1); return null; });
    c.step("full, wrong version", () -> { c.zk.delete(c.root + "/full", 3); return null; });
    c.step("wrong version", () -> { c.zk.delete(c.root + "/full/child", 3); return null; });
    c.step("right version", () -> { c.zk.delete(c.root + "/full/child", 0); return null; });
    c.step("empty now", () -> { c.zk.delete(c.root + "/full", -1); return null; });
    for (String path : new String[] {"/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"}) {
      c.step(path, () -> { c.zk.delete(path, -1); return null; });
    }
    c.step("stat of the parent", () -> c.zk.exists(c.root, false));
  }

  private static void data(Client c) throws Exception {
    String path = c.root + "/n";
    c.step("exists: missing", () -> c.zk.exists(path, false));
    c.step("get: missing", () -> c.get(c.zk, path));
    c.step("set: missing", () -> c.zk.setData(path, null, -1));
    c.create(path, "zero");
    c.step("set", () -> c.zk.setData(path, "one".getBytes(), 0));
    c.step("wrong version", () -> c.zk.setData(path, "two".getBytes(), 0));
    c.step("get", () -> c.get(c.zk, path));
    c.step("to null", () -> c.zk.setData(path, null, -1));
    c.step("null comes back", () -> c.zk.getData(path, false, null) == null);
    c.step("to empty", () -> c.zk.setData(path, new byte[0], -1));
    c.step("empty comes back", () -> c.zk.getData(path, false, null).length);
    c.step("exists", () -> c.zk.exists(path, false));
    c.step("the root", () -> c.zk.getData("/", false, null));
    c.step("/zookeeper", () -> c.zk.exists("/zookeeper", false));
  }

  private static void children(Client c) throws Exception {
    c.step("none", () -> c.zk.getChildren(c.root, false));
    for (String name : Arrays.asList("b", "a", "c")) c.create(c.root + "/" + name, "");
    Stat stat = new Stat();
    c.step("with stat", () -> {
      List<String> names = new ArrayList<>(c.zk.getChildren(c.root, false, stat));
      Collections.sort(names);
      return Arrays.asList(names, stat);
    });
    c.step("missing", () -> c.zk.getChildren(c.root + "/none", false));
    c.step("missing, with stat", () -> c.zk.getChildren(c.root + "/none", false, stat));
    c.step("/zookeeper", () -> Client.children(c.zk, "/zookeeper"));
  }

  private static void counting(Client c) throws Exception {
    c.create(c.root + "/a", "");
    c.create(c.root + "/a/b", "");
    c.create(c.root + "/a/b/c", "");
    c.step("all children", () -> c.zk.getAllChildrenNumber(c.root));
    c.step("of a leaf", () -> c.zk.getAllChildrenNumber(c.root + "/a/b/c"));
    c.step("of a missing one", () -> c.zk.getAllChildrenNumber(c.root + "/none"));
    c.step("no ephemerals", () -> c.zk.getEphemerals());
    for (String name : Arrays.asList("e1", "e2", "a/e3")) {
      c.zk.create(c.root + "/" + name, null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    }
    c.step("ephemerals", () -> sorted(c.zk.getEphemerals()));
    c.step("with a prefix", () -> sorted(c.zk.getEphemerals(c.root + "/e")));
    c.step("with a path", () -> sorted(c.zk.getEphemerals(c.root + "/a")));
    c.step("with nothing like it", () -> sorted(c.zk.getEphemerals("/other")));
    c.step("of another session", () -> c.connect().getEphemerals());
  }

  private static List<String> sorted(List<String> names) {
    List<String> copy = new ArrayList<>(names);
    Collections.sort(copy);
    return copy;
  }

  private static void paths(Client c) {
    for (String name : Arrays.asList("/.", "/..", "/a/../b", "/", "//a", "/a/", "/\u0000", "/\u0001", "/\u001f", "/\u007f", "/\u009f",
        "/\u00a0", "/\ud7ff", "/\ue000", "/\uf8ff", "/\uf900", "/\uffef", "/\ufff0", "/\ud83d\ude00", "/...", "/.a", "/a.", "/ ")) {
      c.step("create " + name, () -> c.create(c.root + name, ""));
    }
    c.step("relative", () -> c.create("x", ""));
    c.step("empty", () -> c.create("", ""));
    c.step("null", () -> c.create(null, ""));
  }

  private static void bigData(Client c) throws Exception {
    String path = c.root + "/big";
    c.create(path, "");
    // The frame: header 8, path 4 + n, data 4, version 4.
    int largest = 0xfffff - 8 - 4 - path.length() - 4 - 4;
    byte[] bytes = new byte[largest];
    Arrays.fill(bytes, (byte) 7);
    c.step("the largest", () -> c.zk.setData(path, bytes, -1).getDataLength() == largest);
    // The answer has a header of 16, 4 before the data and a stat of 68 behind it: the client itself refuses more.
    byte[] readable = Arrays.copyOf(bytes, 0xfffff - 16 - 4 - 68);
    c.step("the largest that this client reads", () -> c.zk.setData(path, readable, -1).getDataLength() == readable.length);
    c.step("comes back", () -> Arrays.equals(c.zk.getData(path, false, null), readable));
    c.step("one byte too much", () -> c.zk.setData(path, new byte[largest + 1], -1));
    c.step("the session goes on", () -> Client.retrying(() -> c.zk.exists(path, false).getVersion()));
  }

  private static void quota(Client c) throws Exception {
    String base = "/zookeeper/quota" + c.root;
    c.create(base, "");
    c.create(base + "/zookeeper_limits", "count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=3");
    c.create(base + "/zookeeper_stats", "count=0,bytes=0");
    c.step("at first", () -> c.zk.getData(base + "/zookeeper_stats", false, null));
    c.step("a child", () -> c.create(c.root + "/a", "0123456789"));
    counted(c, base + "/zookeeper_stats", "count=2,bytes=10");
    c.step("too many bytes", () -> c.create(c.root + "/b", "0123456789a"));
    c.step("just enough", () -> c.create(c.root + "/b", "0123456789"));
    counted(c, base + "/zookeeper_stats", "count=3,bytes=20");
    c.step("too many nodes", () -> c.create(c.root + "/c", ""));
    c.step("set: too many bytes", () -> c.zk.setData(c.root + "/a", "0123456789a".getBytes(), -1));
    c.step("set: fewer", () -> c.zk.setData(c.root + "/a", "0".getBytes(), -1).getVersion());
    c.step("stats", () -> c.zk.getData(base + "/zookeeper_stats", false, null));
    c.step("delete", () -> { c.zk.delete(c.root + "/b", -1); return null; });
    c.step("stats", () -> c.zk.getData(base + "/zookeeper_stats", false, null));
    c.zk.delete(base + "/zookeeper_limits", -1);
    c.step("without limits", () -> Driver.until(() -> creates(c, c.root + "/d", "0123456789012345678901234567890")));
  }

  /** The leader checks by what it has applied, which may be less than what was acknowledged. */
  private static boolean creates(Client c, String path, String data) throws Exception {
    try {
      return c.create(path, data).equals(path);
    } catch (KeeperException.QuotaExceededException notYet) {
      return false;
    }
  }

  /** Until all servers count alike, and the leader among them. */
  private static void counted(Client c, String path, String stats) throws Exception {
    for (String host : c.hosts.split(",")) {
      Client.Handle handle = c.connect(host, Client.TIMEOUT_MS);
      Client.sync(handle, path);
      Driver.until(() -> new String(handle.getData(path, false, null)).equals(stats));
      handle.close();
    }
  }

  private static void configuration(Client c) throws Exception {
    Stat stat = new Stat();
    byte[] config = c.zk.getConfig(false, stat);
    String[] lines = new String(config).split("\n");
    c.record("version", stat.getVersion());
    c.record("last line's key", lines[lines.length - 1].split("=")[0]);
    c.step("set", () -> c.zk.setData("/zookeeper/config", "x".getBytes(), -1));
    c.step("acl", () -> c.zk.getACL("/zookeeper/config", null));
    c.step("reconfigure: joining", () -> c.zk.reconfigure("server.9=127.0.0.1:1:2;3", null, null, -1, stat));
    c.step("reconfigure: leaving", () -> c.zk.reconfigure((String) null, "1", null, -1, stat));
    c.step("reconfigure: members", () -> c.zk.reconfigure((String) null, null, "server.9=127.0.0.1:1:2;3", -1, stat));
    c.zk.addAuthInfo("digest", "super:secret".getBytes());
    c.step("reconfigure as the super user", () -> c.zk.reconfigure((String) null, "1", null, -1, stat));
    c.step("under a chroot too", () -> c.connect(c.hosts + c.root, Client.TIMEOUT_MS).getConfig(false, null).length > 0);
  }
}
