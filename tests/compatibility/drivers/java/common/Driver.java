package common;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Runs scenarios by their names and prints their steps; asks the harness to hurt the servers. */
public final class Driver {
  public interface Body<C> {
    void run(C context) throws Exception;
  }

  public interface Contexts<C extends AutoCloseable> {
    C open(String scenario, String hosts) throws Exception;
  }

  /** What a scenario of any client has. */
  public abstract static class Context implements AutoCloseable {
    public final String scenario;
    public final String hosts;

    protected Context(String scenario, String hosts) {
      this.scenario = scenario;
      this.hosts = hosts;
    }

    /** Does it and records how it ended: a value, or the name of the error. */
    public Object step(String name, Callable<?> action) {
      try {
        Object value = action.call();
        record(name, value);
        return value;
      } catch (Exception error) {
        record(name, error);
        return error;
      }
    }

    public void record(String name, Object outcome) {
      emit(Json.map("scenario", scenario, "step", name, "outcome", outcome));
    }
  }

  private static final class Scenario<C> {
    final Body<C> body;
    final boolean disruptive;

    Scenario(Body<C> body, boolean disruptive) {
      this.body = body;
      this.disruptive = disruptive;
    }
  }

  public static final class Scenarios<C> {
    private final Map<String, Scenario<C>> all = new LinkedHashMap<>();

    public Scenarios<C> add(String name, Body<C> body) {
      all.put(name, new Scenario<>(body, false));
      return this;
    }

    public Scenarios<C> disruptive(String name, Body<C> body) {
      all.put(name, new Scenario<>(body, true));
      return this;
    }
  }

  public static final long DEADLINE_MS = 30_000;
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private static final BufferedReader IN = new BufferedReader(new InputStreamReader(System.in));

  private Driver() {}

  static synchronized void emit(Object line) {
    OUT.println(Json.write(line));
  }

  /** Has the harness kill or start a server; returns when that is done. */
  public static void ask(String what, int port) throws IOException {
    emit(Json.map("ask", what, "port", port));
    IN.readLine();
  }

  public static String without(String hosts, int port) {
    List<String> others = new ArrayList<>();
    for (String host : hosts.split(",")) if (!host.endsWith(":" + port)) others.add(host);
    return String.join(",", others);
  }

  /** Waits for a condition; false when it never came. */
  public static boolean until(Callable<Boolean> look) throws Exception {
    long end = System.nanoTime() + DEADLINE_MS * 1_000_000;
    while (System.nanoTime() < end) {
      if (look.call()) return true;
      Thread.sleep(10);
    }
    return false;
  }

  public static <C extends AutoCloseable> void main(String[] args, Scenarios<C> scenarios, Contexts<C> contexts) {
    if (args[0].equals("--list")) {
      scenarios.all.forEach((name, scenario) -> emit(Json.map("scenario", name, "disruptive", scenario.disruptive)));
    } else {
      for (int i = 1; i < args.length; i += 1) run(args[i], args[0], scenarios, contexts);
    }
    // Threads of clients that still wait for something would keep the process.
    Runtime.getRuntime().halt(0);
  }

  private static <C extends AutoCloseable> void run(
      String name, String hosts, Scenarios<C> scenarios, Contexts<C> contexts) {
    try (C context = contexts.open(name, hosts)) {
      scenarios.all.get(name).body.run(context);
    } catch (Throwable error) {
      emit(Json.map("scenario", name, "step", "crashed", "outcome", error.toString()));
    }
  }
}
