import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_OPTIONS, Stack, type StackOptions } from "@meerkat/local";
import { Client, type ClusterServer, until } from "@meerkat/workload";

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
    const { natsPort, httpPort, zookeeperPort } = await freePorts(gateways);
    const notices: string[] = [];
    const options = {
      ...DEFAULT_OPTIONS,
      natsPort,
      httpPort,
      zookeeperPort,
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

  /** Name of the replica that leads, once one does. A stopped leader's last word still says that it does. */
  async leader(gateway = 1): Promise<string> {
    return await until("a replica leads", async () => {
      const servers = await this.servers(gateway);
      const leaders = servers.filter(({ role, established }) => role === "LEADING" && established);
      return leaders.sort((a, b) => b.epoch - a.epoch)[0]?.name;
    });
  }

  async follower(gateway = 1): Promise<string> {
    const leader = await this.leader(gateway);
    const names = this.stack.names.filter((name) => name.startsWith("replica"));
    const follower = names.find((name) => name !== leader);
    if (follower === undefined) throw new RangeError("there is no follower");
    return follower;
  }

  /** Waits until every process of the stack has applied the same zxid, and returns the digests (one, if all is well). */
  async converged(
    gateway = 1,
  ): Promise<{ readonly zxid: string; readonly digests: ReadonlySet<string> }> {
    const expected = this.stack.options.replicas + this.stack.options.gateways;
    return await until("all servers have applied the same zxid", async () => {
      const servers = (await this.servers(gateway)).filter(({ ageMs }) => ageMs < 3_000);
      const zxids = new Set(servers.map(({ appliedZxid }) => appliedZxid));
      const [zxid] = zxids;
      if (servers.length !== expected || zxids.size !== 1 || zxid === undefined) return undefined;
      return { zxid, digests: new Set(servers.map(({ digest }) => digest)) };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack.stop();
    if (this.#ownsFolder) rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** Below the range from which the system takes the ports of outgoing connections (32768 and up on Linux). */
const PORTS = { first: 15_000, count: 14_000 };

type Ports = Pick<StackOptions, "natsPort" | "httpPort" | "zookeeperPort">;

/** A port for NATS, and the first ones of two rows of free ones for the gateways. */
async function freePorts(gateways: number): Promise<Ports> {
  for (;;) {
    const first = PORTS.first + Math.floor(Math.random() * PORTS.count);
    const row = Array.from({ length: 2 * gateways + 1 }, (_, i) => first + i);
    const free = await Promise.all(row.map(isFree));
    if (!free.every(Boolean)) continue;
    return { natsPort: first, httpPort: first + 1, zookeeperPort: first + 1 + gateways };
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
