import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_OPTIONS, Stack, type StackOptions } from "@meerkat/local";
import {
  type Agreement,
  agreementOf,
  Client,
  type ClusterServer,
  freePorts,
  leaderOf,
  until,
} from "@meerkat/workload";

/** A stack of real processes in a folder of its own, as `npm start` makes one, for the length of a test. */
export class Ensemble implements AsyncDisposable {
  readonly stack: Stack;
  readonly notices: readonly string[];
  #ownsFolder: boolean;

  private constructor(stack: Stack, notices: readonly string[], ownsFolder: boolean) {
    this.stack = stack;
    this.notices = notices;
    this.#ownsFolder = ownsFolder;
  }

  static async start(overrides: Partial<StackOptions> = {}): Promise<Ensemble> {
    const dataDir = overrides.dataDir ?? mkdtempSync(join(tmpdir(), "meerkat-"));
    const gateways = overrides.gateways ?? DEFAULT_OPTIONS.gateways;
    const port = await freePorts(2 * gateways + 1);
    const notices: string[] = [];
    const options = {
      ...DEFAULT_OPTIONS,
      natsPort: port,
      httpPort: port + 1,
      zookeeperPort: port + 1 + gateways,
      ...overrides,
      dataDir,
    };
    const stack = await Stack.start(options, (line) => notices.push(line));
    const ensemble = new Ensemble(stack, notices, overrides.dataDir === undefined);
    try {
      await stack.ready();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return ensemble;
  }

  get dataDir(): string {
    return this.stack.options.dataDir;
  }

  client(gateway = 1): Client {
    const url = this.stack.urls[gateway - 1];
    if (url === undefined) throw new RangeError(`there is no gateway ${gateway}`);
    return new Client(url);
  }

  /** Every server as gateway 1 (or the one asked) hears of it. */
  async servers(gateway = 1): Promise<readonly ClusterServer[]> {
    await using client = this.client(gateway);
    return (await client.cluster()).servers;
  }

  /** Name of the replica that leads, once one does. */
  async leader(gateway = 1): Promise<string> {
    await using client = this.client(gateway);
    return await until("a replica leads", () => leaderOf(client));
  }

  async follower(gateway = 1): Promise<string> {
    const leader = await this.leader(gateway);
    const names = this.stack.names.filter((name) => name.startsWith("replica"));
    const follower = names.find((name) => name !== leader);
    if (follower === undefined) throw new RangeError("there is no follower");
    return follower;
  }

  /** Waits until every process of the stack has applied the same zxid, and returns the digests (one, if all is well). */
  async converged(gateway = 1): Promise<Agreement> {
    const { replicas, gateways } = this.stack.options;
    await using client = this.client(gateway);
    const look = () => agreementOf(client, replicas + gateways);
    return await until("all servers have applied the same zxid", look);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack.stop();
    if (this.#ownsFolder) rmSync(this.dataDir, { recursive: true, force: true });
  }
}
