import zookeeper from "node-zookeeper-client";
import { Recorder, until } from "../driver.ts";

export type Client = zookeeper.Client;

/** Eight bytes as the client keeps every 64-bit number. */
const long = (bytes: Buffer): string => bytes.readBigInt64BE().toString();

export function plainStat(stat: zookeeper.Stat | null | undefined): object | null {
  if (stat === null || stat === undefined) return null;
  const { czxid, mzxid, pzxid, ctime, mtime, ephemeralOwner } = stat as unknown as Record<
    string,
    Buffer
  >;
  return {
    ...numbers({ czxid, mzxid, pzxid, ctime, mtime }),
    version: stat.version,
    cversion: stat.cversion,
    aversion: stat.aversion,
    ...numbers({ ephemeralOwner }),
    dataLength: stat.dataLength,
    numChildren: stat.numChildren,
  };
}

function numbers(all: Record<string, Buffer | undefined>): Record<string, string> {
  const entries = Object.entries(all).map(([name, bytes]) => [
    name,
    bytes === undefined ? "" : long(bytes),
  ]);
  return Object.fromEntries(entries);
}

export function plainEvent(event: zookeeper.Event): object {
  return { event: event.getName(), path: event.getPath() };
}

export function nameOf(error: unknown): string {
  if (error instanceof zookeeper.Exception) return error.getName();
  return error instanceof Error ? error.name : String(error);
}

type Done<T> = (error: Error | zookeeper.Exception | null, value: T) => void;

/** A call with a callback as a promise. */
export function call<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}

const TIMEOUT_MS = 30_000;

/** One scenario: a client of its own, a node of its own, and its steps. */
export class Context extends Recorder {
  readonly hosts: string;
  readonly root: string;
  readonly #clients: Client[] = [];
  #client: Client | undefined;

  private constructor(scenario: string, hosts: string) {
    super(scenario, nameOf);
    this.hosts = hosts;
    this.root = `/node-${scenario}`;
  }

  static async open(scenario: string, hosts: string): Promise<Context> {
    const context = new Context(scenario, hosts);
    context.#client = await context.connect();
    await context.create(context.root);
    return context;
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error("not connected");
    return this.#client;
  }

  /** Another client, connected; closed at the end. */
  async connect(hosts = this.hosts, sessionTimeout = TIMEOUT_MS): Promise<Client> {
    const client = zookeeper.createClient(hosts, { sessionTimeout, spinDelay: 50, retries: 100 });
    this.#clients.push(client);
    client.connect();
    await until(() => client.getState() === zookeeper.State.SYNC_CONNECTED);
    return client;
  }

  create(path: string, data = "", client = this.client): Promise<string> {
    return call((done) => client.create(path, Buffer.from(data), done));
  }

  createAs(path: string, mode: number, client = this.client): Promise<string> {
    return call((done) => client.create(path, Buffer.from("x"), mode, done));
  }

  set(path: string, data: string, version = -1, client = this.client): Promise<object | null> {
    return call<zookeeper.Stat>((done) =>
      client.setData(path, Buffer.from(data), version, done),
    ).then(plainStat);
  }

  get(path: string, client = this.client, watcher?: (event: zookeeper.Event) => void) {
    return new Promise<readonly [string | null, object | null]>((resolve, reject) => {
      const done = (
        error: Error | zookeeper.Exception | null,
        data: Buffer,
        stat: zookeeper.Stat,
      ): void =>
        error
          ? reject(error)
          : resolve([data === undefined ? null : data.toString(), plainStat(stat)]);
      if (watcher === undefined) client.getData(path, done);
      else client.getData(path, watcher, done);
    });
  }

  exists(
    path: string,
    client = this.client,
    watcher?: (event: zookeeper.Event) => void,
  ): Promise<object | null> {
    return call<zookeeper.Stat>((done) =>
      watcher === undefined ? client.exists(path, done) : client.exists(path, watcher, done),
    ).then(plainStat);
  }

  children(
    path: string,
    client = this.client,
    watcher?: (event: zookeeper.Event) => void,
  ): Promise<readonly [string[], object | null]> {
    return new Promise((resolve, reject) => {
      const done = (
        error: Error | zookeeper.Exception | null,
        names: string[],
        stat: zookeeper.Stat,
      ): void => (error ? reject(error) : resolve([names.sort(), plainStat(stat)]));
      if (watcher === undefined) client.getChildren(path, done);
      else client.getChildren(path, watcher, done);
    });
  }

  /** This client has no sync: a write of its own brings its server up to whatever was acknowledged before. */
  async catchUp(): Promise<void> {
    await this.set(this.root, "").catch(() => undefined);
  }

  remove(path: string, version = -1, client = this.client): Promise<void> {
    return call((done) => client.remove(path, version, (error) => done(error as Error, undefined)));
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
  }
}

/** The port of the server that serves this client now. */
export function portOf(client: Client): number {
  const { connectionManager } = client as unknown as {
    connectionManager: { socket: { remotePort: number } };
  };
  return connectionManager.socket.remotePort;
}
