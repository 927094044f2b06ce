import ZooKeeper from "zookeeper";
import { DEADLINE_MS, type Events, Recorder, until } from "../driver.ts";

export type Client = InstanceType<typeof ZooKeeper>;

const TIMEOUT_MS = 30_000;
/** What the C library calls its state when it is connected. */
const CONNECTED = 3;

export interface Stat {
  readonly version: number;
  readonly ephemeralOwner: string;
  readonly [field: string]: unknown;
}

/** Numbers of 64 bits as text; whatever is zero stays so. */
export function plainStat(stat: Stat): object {
  const text = (value: unknown): string => String(value instanceof Date ? Number(value) : value);
  return {
    ...Object.fromEntries(
      ["czxid", "mzxid", "pzxid", "ctime", "mtime"].map((key) => [key, text(stat[key])]),
    ),
    ...Object.fromEntries(
      ["version", "cversion", "aversion", "dataLength", "numChildren"].map((key) => [
        key,
        stat[key],
      ]),
    ),
    ephemeralOwner: /^0*$/.test(stat.ephemeralOwner) ? "0" : stat.ephemeralOwner,
    createdInThisSession: stat.createdInThisSession,
  };
}

/** The binding rejects with `<code> <what the C library says>`; the code is enough. */
function nameOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^-\d+/.exec(message)?.[0] ?? /result: "(.*)"$/.exec(message)?.[1] ?? message;
}

/** One scenario: a client of its own, a node of its own, and its steps. */
export class Context extends Recorder {
  readonly hosts: string;
  readonly root: string;
  readonly #clients: Client[] = [];
  #client: Client | undefined;

  private constructor(scenario: string, hosts: string) {
    super(scenario, nameOf);
    this.hosts = hosts;
    this.root = `/npm-${scenario}`;
  }

  static async open(scenario: string, hosts: string): Promise<Context> {
    const context = new Context(scenario, hosts);
    context.#client = await context.connect();
    await context.client.create(context.root, "", 0);
    return context;
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error("not connected");
    return this.#client;
  }

  /** Another client, connected to the first of the hosts; closed at the end. */
  async connect(hosts = this.hosts, timeout = TIMEOUT_MS): Promise<Client> {
    const client = new ZooKeeper({
      connect: hosts,
      timeout,
      debug_level: 1,
      host_order_deterministic: true,
    });
    this.#clients.push(client);
    client.init({});
    await until(() => client.state === CONNECTED, DEADLINE_MS);
    return client;
  }

  async stat(path: string, client = this.client): Promise<object> {
    return plainStat((await client.exists(path, false)) as unknown as Stat);
  }

  async get(path: string, client = this.client): Promise<readonly [object, string | null]> {
    const [stat, data] = (await client.get(path, false)) as unknown as [Stat, Buffer | null];
    return [plainStat(stat), data === null ? null : data.toString()];
  }

  async children(path: string, client = this.client): Promise<string[]> {
    return ((await client.get_children(path, false)) as string[]).sort();
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
  }
}

/** What the C library calls an event of the connection; its watchers of nodes hear of these too. */
const SESSION_EVENT = -1;

/** A watcher that puts what it hears of its node into `events`. */
export function into(events: Events, watcher: string) {
  return (type: number, _state: number, path: string): void => {
    if (type !== SESSION_EVENT) events.add({ watcher, type, path });
  };
}
