/** An ensemble that clients of ZooKeeper talk to, and that a test may hurt. */
export interface Target extends AsyncDisposable {
  readonly name: "zookeeper" | "meerkat";
  /** Client ports on 127.0.0.1, one per server that serves clients. */
  readonly ports: readonly number[];
  /** SIGKILL; it stays down until `start`. Resolves when the process has ended. */
  kill(port: number): Promise<void>;
  /** Resolves when the server serves clients again. */
  start(port: number): Promise<void>;
  /** SIGKILL to whoever orders the changes; it stays down until `startLeader`. */
  killLeader(): Promise<void>;
  startLeader(): Promise<void>;
  /** Starts what a scenario left dead, because it crashed: the next one is to find all servers. */
  repair(): Promise<void>;
  /** Ports whose servers killLeader() would not kill. */
  portsBesideLeader(): Promise<readonly number[]>;
}

export function connectString(ports: readonly number[]): string {
  return ports.map((port) => `127.0.0.1:${port}`).join(",");
}

/** `super` with the password `secret`: who may do everything on both targets. */
export const SUPER_DIGEST = "super:lK75jTNcA+U9vtVEw5vB51mj/w4=";
/** How often both look for containers and TTL nodes to delete. */
export const REAPER_INTERVAL_MS = 1_000;
export const SERVERS = 3;
/** Three of each server, at most. */
export const PORTS_TAKEN = 3 * SERVERS;
/** What ZooKeeper grants with its default tick of 2 s. */
export const SESSION_TIMEOUT_MS = { min: 4_000, max: 40_000 };
