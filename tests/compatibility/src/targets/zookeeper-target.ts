import { until } from "@meerkat/workload";
import { ZooKeeperEnsemble } from "@meerkat/zookeeper";
import { REAPER_INTERVAL_MS, SERVERS, SUPER_DIGEST, type Target } from "./target.ts";

const STARTED_DEADLINE_MS = 60_000;

/** Debian's ZooKeeper: the specification. */
export class ZooKeeperTarget implements Target {
  readonly name = "zookeeper";
  readonly #ensemble: ZooKeeperEnsemble;
  #deadLeader: number | undefined;

  private constructor(ensemble: ZooKeeperEnsemble) {
    this.#ensemble = ensemble;
  }

  static async start(portBase: number): Promise<ZooKeeperTarget> {
    const ensemble = await ZooKeeperEnsemble.start({
      servers: SERVERS,
      portBase,
      heapMb: 256,
      properties: {
        "zookeeper.extendedTypesEnabled": "true",
        "zookeeper.enforceQuota": "true",
        "znode.container.checkIntervalMs": String(REAPER_INTERVAL_MS),
        "zookeeper.DigestAuthenticationProvider.superDigest": SUPER_DIGEST,
      },
    });
    return new ZooKeeperTarget(ensemble);
  }

  get ports(): readonly number[] {
    return this.#ensemble.ports;
  }

  async kill(port: number): Promise<void> {
    await this.#ensemble.server(this.#idOf(port)).kill();
  }

  async start(port: number): Promise<void> {
    this.#ensemble.server(this.#idOf(port)).start();
    await this.#ensemble.ready(STARTED_DEADLINE_MS);
  }

  async killLeader(): Promise<void> {
    const leader = await this.#leader();
    this.#deadLeader = leader;
    await this.#ensemble.server(leader).kill();
  }

  async startLeader(): Promise<void> {
    if (this.#deadLeader === undefined) return;
    this.#ensemble.server(this.#deadLeader).start();
    this.#deadLeader = undefined;
    await this.#ensemble.ready(STARTED_DEADLINE_MS);
  }

  async repair(): Promise<void> {
    this.#deadLeader = undefined;
    for (const port of this.ports) {
      const server = this.#ensemble.server(this.#idOf(port));
      if (server.pid === undefined) server.start();
    }
    await this.#ensemble.ready(STARTED_DEADLINE_MS);
  }

  async portsBesideLeader(): Promise<readonly number[]> {
    const leader = await this.#leader();
    return this.ports.filter((port) => this.#idOf(port) !== leader);
  }

  #leader(): Promise<number> {
    return until("a server leads", () => this.#ensemble.leader());
  }

  #idOf(port: number): number {
    return this.ports.indexOf(port) + 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ensemble[Symbol.asyncDispose]();
  }
}
