package zookeeper;

import common.Driver;

/** The Java client: `--list`, or a connect string and names of scenarios. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Driver.Scenarios<Client> scenarios = new Driver.Scenarios<>();
    Nodes.register(scenarios);
    Access.register(scenarios);
    Multis.register(scenarios);
    Watches.register(scenarios);
    Sessions.register(scenarios);
    Failover.register(scenarios);
    Driver.main(args, scenarios, Client::new);
  }
}
