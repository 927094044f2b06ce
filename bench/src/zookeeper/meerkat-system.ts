import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_OPTIONS, Stack } from "@meerkat/local";
import { INSPECTABLE, Inspector } from "./inspector.ts";
import { PORT_OFFSETS, SERVERS, type System } from "./system.ts";

/** Group to what the names of its processes begin with. */
const GROUPS: Readonly<Record<string, string>> = {
  gateways: "gateway-",
  replicas: "replica-",
  electors: "election-",
  nats: "nats-",
};

export interface MeerkatSettings {
  readonly name: "meerkat" | "variant";
  readonly portBase: number;
  readonly gateways: number;
  /** Beside the defaults, for each process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of Node and V8, beside the defaults. */
  readonly nodeFlags: readonly string[];
}

interface Cluster {
  readonly servers: readonly { readonly name: string; readonly role: string }[];
}

/** Three replicas with their electors, gateways, one nats-server, each with its defaults. */
export class MeerkatSystem implements System {
  readonly name: "meerkat" | "variant";
  readonly isStore = true;
  readonly ports: readonly number[];
  readonly stack: Stack;
  readonly #inspectors = new Map<string, Promise<Inspector>>();

  private constructor(name: "meerkat" | "variant", stack: Stack) {
    this.name = name;
    this.stack = stack;
    const { zookeeperPort, gateways } = stack.options;
    this.ports = Array.from({ length: gateways }, (_, i) => zookeeperPort + i);
  }

  static async start(settings: MeerkatSettings): Promise<MeerkatSystem> {
    const { name, portBase, gateways, environment, nodeFlags } = settings;
    const options = {
      ...DEFAULT_OPTIONS,
      replicas: SERVERS,
      gateways,
      dataDir: mkdtempSync(join(tmpdir(), "meerkat-bench-")),
      natsPort: portBase + PORT_OFFSETS.nats,
      httpPort: portBase + PORT_OFFSETS.http,
      zookeeperPort: portBase + PORT_OFFSETS.meerkat,
      // A process that dies under load ends the run instead of being hidden by its successor.
      restart: false,
      environment: { ...INSPECTABLE, ...environment },
      nodeFlags: [...DEFAULT_OPTIONS.nodeFlags, ...nodeFlags],
    };
    const system = new MeerkatSystem(
      name,
      await Stack.start(options, (line) => process.stderr.write(`${line}\n`)),
    );
    try {
      await system.stack.ready();
    } catch (error) {
      await system[Symbol.asyncDispose]();
      throw error;
    }
    return system;
  }

  get groups(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries(
      Object.entries(GROUPS).map(([group, prefix]) => [
        group,
        this.stack.names.filter((name) => name.startsWith(prefix)).map((name) => this.#pid(name)),
      ]),
    );
  }

  async heapBytes(): Promise<ReadonlyMap<string, number>> {
    const holders = this.stack.names.filter((name) => /^(gateway|replica)-/.test(name));
    const sizes = new Map<string, number>();
    for (const name of holders) sizes.set(name, await usedBytes(await this.inspector(name)));
    return sizes;
  }

  /** Of the process with this name, or of `replica-leader`. */
  async inspector(name: string): Promise<Inspector> {
    const process = name === "replica-leader" ? await this.#leader() : name;
    const known = this.#inspectors.get(process);
    if (known !== undefined) return known;
    const opened = Inspector.open(this.#pid(process), this.stack.folder.logFile(process));
    this.#inspectors.set(process, opened);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const inspector of this.#inspectors.values())
      await (await inspector)[Symbol.asyncDispose]();
    await this.stack.stop();
    rmSync(this.stack.options.dataDir, { recursive: true, force: true });
  }

  #pid(name: string): number {
    const { pid } = this.stack.process(name);
    if (pid === undefined) throw new Error(`${name} does not run any more`);
    return pid;
  }

  async #leader(): Promise<string> {
    const response = await fetch(`${this.stack.urls[0]}/v1/cluster`);
    const { servers } = (await response.json()) as Cluster;
    const leader = servers.find(({ role }) => role === "LEADING");
    if (leader === undefined) throw new Error("no replica leads");
    return leader.name;
  }
}

/** JavaScript objects and what they hold outside of V8's heap: the bytes of buffers. */
async function usedBytes(inspector: Inspector): Promise<number> {
  // What only a first collection makes unreachable (finalizers, weak references) goes with the second.
  for (let turn = 0; turn < 2; turn += 1) await inspector.ask("HeapProfiler.collectGarbage");
  const answer = await inspector.ask("Runtime.evaluate", {
    expression: "process.memoryUsage()",
    returnByValue: true,
  });
  const { result } = answer as { result: { value: NodeJS.MemoryUsage } };
  return result.value.heapUsed + result.value.external;
}
