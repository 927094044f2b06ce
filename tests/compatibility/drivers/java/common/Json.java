package common;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.ClientInfo;
import org.apache.zookeeper.data.Stat;

/** Any value of the client as JSON that another server's can be compared with. */
public final class Json {
  private Json() {}

  public static Map<String, Object> map(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) map.put((String) pairs[i], pairs[i + 1]);
    return map;
  }

  public static Object plain(Object value) {
    if (value instanceof Stat) {
      Stat s = (Stat) value;
      return map(
          "czxid", "" + s.getCzxid(), "mzxid", "" + s.getMzxid(), "pzxid", "" + s.getPzxid(),
          "ctime", "" + s.getCtime(), "mtime", "" + s.getMtime(),
          "version", s.getVersion(), "cversion", s.getCversion(), "aversion", s.getAversion(),
          "ephemeralOwner", "" + s.getEphemeralOwner(),
          "dataLength", s.getDataLength(), "numChildren", s.getNumChildren());
    }
    if (value instanceof ACL) {
      ACL acl = (ACL) value;
      return map("perms", acl.getPerms(), "scheme", acl.getId().getScheme(), "id", acl.getId().getId());
    }
    if (value instanceof ClientInfo) {
      ClientInfo info = (ClientInfo) value;
      return map("scheme", info.getAuthScheme(), "user", info.getUser());
    }
    if (value instanceof WatchedEvent) {
      WatchedEvent event = (WatchedEvent) value;
      return map("event", "" + event.getType(), "state", "" + event.getState(), "path", event.getPath());
    }
    if (value instanceof KeeperException) return map("error", ((KeeperException) value).code().name());
    if (value instanceof Throwable) return map("error", value.getClass().getSimpleName());
    if (value instanceof OpResult) return result((OpResult) value);
    if (value instanceof byte[]) {
      byte[] bytes = (byte[]) value;
      return bytes.length <= 300 ? new String(bytes, StandardCharsets.UTF_8) : map("bytes", bytes.length, "first", (int) bytes[0]);
    }
    if (value instanceof Collection) return ((Collection<?>) value).stream().map(Json::plain).collect(Collectors.toList());
    if (value instanceof Object[]) return plain(java.util.Arrays.asList((Object[]) value));
    if (value instanceof Enum) return value.toString();
    return value;
  }

  private static Object result(OpResult result) {
    if (result instanceof OpResult.ErrorResult) {
      return map("error", KeeperException.Code.get(((OpResult.ErrorResult) result).getErr()).name());
    }
    if (result instanceof OpResult.CreateResult) {
      OpResult.CreateResult create = (OpResult.CreateResult) result;
      return map("type", create.getType(), "path", create.getPath(), "stat", plain(create.getStat()));
    }
    if (result instanceof OpResult.SetDataResult) return map("type", result.getType(), "stat", plain(((OpResult.SetDataResult) result).getStat()));
    if (result instanceof OpResult.GetDataResult) {
      OpResult.GetDataResult get = (OpResult.GetDataResult) result;
      return map("type", get.getType(), "data", plain(get.getData()), "stat", plain(get.getStat()));
    }
    if (result instanceof OpResult.GetChildrenResult) {
      java.util.List<String> names = new java.util.ArrayList<>(((OpResult.GetChildrenResult) result).getChildren());
      java.util.Collections.sort(names);
      return map("type", result.getType(), "children", names);
    }
    return map("type", result.getType());
  }

  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, plain(value));
    return out.toString();
  }

  private static void write(StringBuilder out, Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof Map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        out.append(separator);
        write(out, entry.getKey());
        out.append(':');
        write(out, plain(entry.getValue()));
        separator = ",";
      }
      out.append(separator.equals("{") ? "{}" : "}");
    } else if (value instanceof Collection) {
      String separator = "[";
      for (Object item : (Collection<?>) value) {
        out.append(separator);
        write(out, plain(item));
        separator = ",";
      }
      out.append(separator.equals("[") ? "[]" : "]");
    } else {
      out.append('"');
      for (char c : value.toString().toCharArray()) {
        if (c == '"' || c == '\\') out.append('\\').append(c);
        else if (c < 0x20) out.append(String.format("\\u%04x", (int) c));
        else out.append(c);
      }
      out.append('"');
    }
  }
}
