package curator;

import common.Driver;

/** Curator: `--list`, or a connect string and names of scenarios. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Driver.Scenarios<Client> scenarios = new Driver.Scenarios<>();
    Basics.register(scenarios);
    Locks.register(scenarios);
    Shared.register(scenarios);
    Deprecated.register(scenarios);
    Failover.register(scenarios);
    Driver.main(args, scenarios, Client::new);
  }
}
