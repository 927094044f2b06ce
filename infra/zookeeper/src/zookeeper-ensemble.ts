import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManagedProcess, RunFolder, SetupError } from "@meerkat/local";
import { askFourLetterWord } from "./four-letter-word.ts";
import { SERVER_JAR } from "./installed.ts";
import { portsOf, writeServerConfig } from "./server-config.ts";

export interface ZooKeeperOptions {
  /** 1 runs standalone. */
  readonly servers: number;
  /** Server n serves clients on 127.0.0.1:portBase + n - 1; 3 × servers ports are taken. */
  readonly portBase: number;
  /** Lines of zoo.cfg. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Java system properties, such as `zookeeper.extendedTypesEnabled`. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly heapMb?: number;
}

const READY_DEADLINE_MS = 60_000;
const READY_POLL_MS = 100;
const STOP_DEADLINE_MS = 5_000;
const HEAP_MB_DEFAULT = 1_024;

/** Debian's ZooKeeper as separate processes in a temporary folder: what Meerkat is compared with. */
export class ZooKeeperEnsemble implements AsyncDisposable {
  readonly options: ZooKeeperOptions;
  readonly dataDir: string;
  readonly #processes: readonly ManagedProcess[];

  private constructor(options: ZooKeeperOptions, dataDir: string) {
    this.options = options;
    this.dataDir = dataDir;
    const folder = new RunFolder(dataDir);
    this.#processes = Array.from(
      { length: options.servers },
      (_, i) => new ManagedProcess(definition(options, dataDir, i + 1), folder, () => undefined),
    );
  }

  /** Resolves when every server serves clients. @throws SetupError */
  static async start(options: ZooKeeperOptions): Promise<ZooKeeperEnsemble> {
    const dataDir = mkdtempSync(join(tmpdir(), "meerkat-zookeeper-"));
    const ensemble = new ZooKeeperEnsemble(options, dataDir);
    for (const process of ensemble.#processes) process.start();
    try {
      await ensemble.ready();
    } catch (error) {
      await ensemble[Symbol.asyncDispose]();
      throw error;
    }
    return ensemble;
  }

  /** Client ports, one per server. */
  get ports(): readonly number[] {
    const { servers, portBase } = this.options;
    return this.#processes.map((_, i) => portsOf(i + 1, portBase, servers).client);
  }

  /** As clients take it: host:port,host:port. */
  get connectString(): string {
    return this.ports.map((port) => `127.0.0.1:${port}`).join(",");
  }

  /** Name (zookeeper-1, …) to process id of those that run. */
  get pids(): ReadonlyMap<string, number> {
    const pids = new Map<string, number>();
    for (const { name, pid } of this.#processes) if (pid !== undefined) pids.set(name, pid);
    return pids;
  }

  /** @throws RangeError */
  server(id: number): ManagedProcess {
    const process = this.#processes[id - 1];
    if (process === undefined) throw new RangeError(`there is no server ${id}`);
    return process;
  }

  /** 1-based id of the server that leads, or of the only one. */
  async leader(): Promise<number | undefined> {
    const answers = await Promise.all(this.ports.map((port) => askFourLetterWord(port, "srvr")));
    const index = answers.findIndex((answer) => /^Mode: (leader|standalone)$/m.test(answer ?? ""));
    return index < 0 ? undefined : index + 1;
  }

  async ready(deadlineMs: number = READY_DEADLINE_MS): Promise<void> {
    const endMs = Date.now() + deadlineMs;
    for (const port of this.ports) {
      while (!(await askFourLetterWord(port, "srvr"))?.includes("Mode: ")) {
        if (Date.now() > endMs) {
          throw new SetupError(
            `ZooKeeper on port ${port} does not serve after ${deadlineMs / 1000} s. ` +
              `Its log is in ${this.dataDir}/log.`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop(STOP_DEADLINE_MS)));
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function definition(options: ZooKeeperOptions, dataDir: string, id: number) {
  const { servers, portBase, settings = {}, properties = {}, heapMb = HEAP_MB_DEFAULT } = options;
  const config = writeServerConfig({ id, servers, portBase, dataDir, settings });
  const defines = Object.entries(properties).map(([key, value]) => `-D${key}=${value}`);
  const main =
    servers > 1
      ? "org.apache.zookeeper.server.quorum.QuorumPeerMain"
      : "org.apache.zookeeper.server.ZooKeeperServerMain";
  const classPath = `/etc/zookeeper/conf:${SERVER_JAR}`;
  return {
    name: `zookeeper-${id}`,
    command: "/usr/bin/java",
    args: [`-Xmx${heapMb}m`, `-Xms${heapMb}m`, ...defines, "-cp", classPath, main, config],
    environment: {},
  };
}
