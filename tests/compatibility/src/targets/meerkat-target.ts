import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_OPTIONS, type ManagedProcess, Stack } from "@meerkat/local";
import { until } from "@meerkat/workload";
import {
  REAPER_INTERVAL_MS,
  SERVERS,
  SESSION_TIMEOUT_MS,
  SUPER_DIGEST,
  type Target,
} from "./target.ts";

interface ClusterServer {
  readonly name: string;
  readonly role: string;
  readonly established: boolean;
  readonly epoch: number;
}

/** A local stack: clients talk to its gateways, replicas order the changes. */
export class MeerkatTarget implements Target {
  readonly name = "meerkat";
  readonly #stack: Stack;
  #deadLeader: ManagedProcess | undefined;

  private constructor(stack: Stack) {
    this.#stack = stack;
  }

  /** Takes `portBase` and the next 2 × servers ports. */
  static async start(portBase: number): Promise<MeerkatTarget> {
    const options = {
      ...DEFAULT_OPTIONS,
      dataDir: mkdtempSync(join(tmpdir(), "meerkat-compatibility-")),
      gateways: SERVERS,
      zookeeperPort: portBase,
      httpPort: portBase + SERVERS,
      natsPort: portBase + 2 * SERVERS,
      restart: false,
      environment: {
        MEERKAT_REAPER_INTERVAL_MS: String(REAPER_INTERVAL_MS),
        MEERKAT_SUPER_DIGEST: SUPER_DIGEST,
        MEERKAT_ENFORCE_QUOTA: "true",
        MEERKAT_SESSION_TIMEOUT_MIN_MS: String(SESSION_TIMEOUT_MS.min),
        MEERKAT_SESSION_TIMEOUT_MAX_MS: String(SESSION_TIMEOUT_MS.max),
      },
    };
    const stack = await Stack.start(options, () => undefined);
    const target = new MeerkatTarget(stack);
    try {
      await stack.ready();
    } catch (error) {
      await target[Symbol.asyncDispose]();
      throw error;
    }
    return target;
  }

  get ports(): readonly number[] {
    const { gateways, zookeeperPort } = this.#stack.options;
    return Array.from({ length: gateways }, (_, i) => zookeeperPort + i);
  }

  async kill(port: number): Promise<void> {
    await this.#gateway(port).kill();
  }

  async start(port: number): Promise<void> {
    this.#gateway(port).start();
    await this.#stack.ready();
  }

  async killLeader(): Promise<void> {
    const leader = await this.#leader();
    this.#deadLeader = this.#stack.process(leader.name);
    await this.#deadLeader.kill();
    await until("another replica leads", async () => {
      const next = await this.#leader();
      return next.epoch > leader.epoch ? next : undefined;
    });
  }

  startLeader(): Promise<void> {
    this.#deadLeader?.start();
    this.#deadLeader = undefined;
    return this.#stack.ready();
  }

  async repair(): Promise<void> {
    for (const port of this.ports) {
      const gateway = this.#gateway(port);
      if (gateway.pid === undefined) gateway.start();
    }
    await this.startLeader();
  }

  portsBesideLeader(): Promise<readonly number[]> {
    return Promise.resolve(this.ports);
  }

  #gateway(port: number): ManagedProcess {
    return this.#stack.process(`gateway-${this.ports.indexOf(port) + 1}`);
  }

  /** As the gateways that run hear of it. */
  #leader(): Promise<ClusterServer> {
    return until("a replica leads", async () => {
      const answers = await Promise.allSettled(this.#stack.urls.map(clusterOf));
      const leaders = answers
        .flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []))
        .filter(({ role, established }) => role === "LEADING" && established);
      return leaders.sort((a, b) => b.epoch - a.epoch)[0];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.stop();
    rmSync(this.#stack.options.dataDir, { recursive: true, force: true });
  }
}

async function clusterOf(url: string): Promise<readonly ClusterServer[]> {
  const response = await fetch(`${url}/v1/cluster`, { signal: AbortSignal.timeout(1_000) });
  return ((await response.json()) as { servers: ClusterServer[] }).servers;
}
