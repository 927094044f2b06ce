import { warmCompileCache } from "./compile-cache.ts";
import { type Exit, ManagedProcess } from "./managed-process.ts";
import { ensureNatsServer } from "./nats-binary.ts";
import type { StackOptions } from "./options.ts";
import { type PortUse, requireFreePorts } from "./ports.ts";
import { stackProcesses } from "./processes.ts";
import { RunFolder } from "./run-folder.ts";
import { SetupError } from "./setup-error.ts";

const READY_DEADLINE_MS = 60_000;
const READY_POLL_MS = 50;
const STOP_DEADLINE_MS = 8_000;
/** Lines of a dead process's log that are shown. */
const TAIL_LINES = 5;

/** A running local ensemble: what `npm start` shows a person and what tests and benchmarks drive. */
export class Stack {
  readonly options: StackOptions;
  readonly folder: RunFolder;
  readonly #processes = new Map<string, ManagedProcess>();
  readonly #say: (line: string) => void;
  #isServing = false;
  #failed: SetupError | undefined;

  private constructor(options: StackOptions, folder: RunFolder, say: (line: string) => void) {
    this.options = options;
    this.folder = folder;
    this.#say = say;
  }

  /**
   * Starts every process; `ready()` waits until all gateways serve.
   * @throws SetupError when something on this machine is in the way.
   */
  static async start(options: StackOptions, say: (line: string) => void): Promise<Stack> {
    const folder = new RunFolder(options.dataDir);
    folder.refuseIfInUse();
    await requireFreePorts(portUses(options));
    const stack = new Stack(options, folder, say);
    for (const definition of stackProcesses(options, ensureNatsServer(say))) {
      const onExit = (process: ManagedProcess, exit: Exit): void => stack.#onExit(process, exit);
      stack.#processes.set(definition.name, new ManagedProcess(definition, folder, onExit));
    }
    await warmCompileCache();
    for (const process of stack.#processes.values()) process.start();
    return stack;
  }

  get names(): readonly string[] {
    return [...this.#processes.keys()];
  }

  /** Base URL of each gateway's HTTP door. */
  get urls(): readonly string[] {
    const first = this.options.httpPort;
    return Array.from({ length: this.options.gateways }, (_, i) => `http://127.0.0.1:${first + i}`);
  }

  /** What ZooKeeper's clients are given: host:port,host:port. */
  get connectString(): string {
    const first = this.options.zookeeperPort;
    const ports = Array.from({ length: this.options.gateways }, (_, i) => first + i);
    return ports.map((port) => `127.0.0.1:${port}`).join(",");
  }

  /** Where Prometheus finds the metrics of each process, host:port by name; of the gateways alone without `metricsPort`. */
  get metricsAddresses(): ReadonlyMap<string, string> {
    const { metricsPort, httpPort, replicas, gateways } = this.options;
    const addresses = new Map<string, string>();
    const add = (kind: string, count: number, first: number): void => {
      for (let n = 1; n <= count; n += 1)
        addresses.set(`${kind}-${n}`, `127.0.0.1:${first + n - 1}`);
    };
    add("gateway", gateways, httpPort);
    if (metricsPort === 0) return addresses;
    add("replica", replicas, metricsPort);
    add("election", replicas, metricsPort + replicas);
    return addresses;
  }

  /** @throws RangeError for a name that is not in `names`. */
  process(name: string): ManagedProcess {
    const process = this.#processes.get(name);
    if (process === undefined) throw new RangeError(`no process is called ${name}`);
    return process;
  }

  /** Resolves when every gateway serves reads and writes. @throws SetupError with the reason when it takes too long. */
  async ready(deadlineMs: number = READY_DEADLINE_MS): Promise<void> {
    const endMs = Date.now() + deadlineMs;
    let waitingFor = "";
    for (const url of this.urls) {
      for (;;) {
        const reason = await whyNotReady(url);
        if (reason === undefined) break;
        if (this.#failed !== undefined) throw this.#failed;
        if (reason !== waitingFor) waitingFor = reason;
        if (Date.now() > endMs) {
          throw new SetupError(
            `${url} does not serve after ${deadlineMs / 1000} s: ${waitingFor}. Logs are in ${this.folder.dataDir}/log.`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
      }
    }
    this.#isServing = true;
  }

  /** Orderly: gateways first, NATS last. */
  async stop(): Promise<void> {
    const groups = ["gateway", "replica", "election", "nats"];
    for (const group of groups) {
      const members = [...this.#processes.values()].filter(({ name }) => name.startsWith(group));
      await Promise.all(members.map((process) => process.stop(STOP_DEADLINE_MS)));
    }
  }

  /** SIGKILL to all at once, as when the power goes. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.kill()));
  }

  #onExit(process: ManagedProcess, exit: Exit): void {
    const how = exit.signal === null ? `with code ${exit.code}` : `by ${exit.signal}`;
    const log = this.folder.logFile(process.name);
    if (!this.#isServing && exit.signal === null) {
      const tail = this.folder.logTail(process.name, TAIL_LINES);
      this.#failed = new SetupError(
        `${process.name} ended ${how} while starting:\n${tail}\nIts log is ${log}.`,
      );
    }
    if (!this.options.restart) {
      this.#say(`${process.name} ended ${how}; not restarted (--no-restart). Its log is ${log}.`);
      return;
    }
    const delayMs = process.restartLater();
    this.#say(`${process.name} ended ${how}; restarting in ${delayMs} ms. Its log is ${log}.`);
  }
}

async function whyNotReady(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) });
    const body = await response.text();
    return response.ok ? undefined : body.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function portUses(options: StackOptions): PortUse[] {
  const gateways = Array.from({ length: options.gateways }, (_, i) => ({
    port: options.httpPort + i,
    purpose: `gateway-${i + 1}, HTTP`,
    flag: "--http-port",
  }));
  const clients = Array.from({ length: options.gateways }, (_, i) => ({
    port: options.zookeeperPort + i,
    purpose: `gateway-${i + 1}, ZooKeeper's protocol`,
    flag: "--zookeeper-port",
  }));
  const operations = Array.from({ length: options.metricsPort === 0 ? 0 : 2 * options.replicas });
  return [
    ...operations.map((_, i) => ({
      port: options.metricsPort + i,
      purpose: "a replica's or elector's metrics",
      flag: "--metrics-port",
    })),
    { port: options.natsPort, purpose: "nats-1", flag: "--nats-port" },
    ...gateways,
    ...clients,
  ];
}
