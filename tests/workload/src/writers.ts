import { randomUUID } from "node:crypto";
import { Client } from "./client.ts";

export interface Acknowledged {
  readonly id: string;
  /** Name that the sequential create gave. */
  readonly path: string;
  readonly atMs: number;
}

/** An answer that is neither an acknowledgement nor the end of a killed gateway's connection. */
export interface Complaint {
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
}

export interface WritersOptions {
  readonly urls: readonly string[];
  readonly parent: string;
  readonly count: number;
}

interface TransactionAnswer {
  readonly results: readonly { readonly path: string }[];
}

/**
 * Closed-loop clients, spread over the gateways. Each write creates a sequential node that holds an id
 * of its own, under an idempotency key; after a broken connection or a 503 it is tried again with the
 * same key on the next gateway, until it is acknowledged. So in the end every id must be there once.
 */
export class Writers {
  readonly acknowledged: Acknowledged[] = [];
  readonly complaints: Complaint[] = [];
  /** Connections that broke under a request: a gateway was killed. */
  broken = 0;
  readonly #options: WritersOptions;
  readonly #clients: readonly Client[];
  readonly #loops: readonly Promise<void>[];
  #stopping = false;

  constructor(options: WritersOptions) {
    this.#options = options;
    this.#clients = options.urls.map((url) => new Client(url, options.count));
    this.#loops = Array.from({ length: options.count }, (_, i) => this.#loop(i));
  }

  /** Lets every writer finish the write it is at. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#loops);
    await Promise.all(this.#clients.map((client) => client[Symbol.asyncDispose]()));
  }

  /** Longest time without any acknowledgement since the given moment. */
  longestPauseMs(sinceMs = 0): number {
    const times = this.acknowledged.map(({ atMs }) => atMs).filter((atMs) => atMs >= sinceMs);
    return times.reduce((longest, atMs, i) => Math.max(longest, atMs - (times[i - 1] ?? atMs)), 0);
  }

  async #loop(index: number): Promise<void> {
    let gateway = index % this.#clients.length;
    while (!this.#stopping) {
      const id = randomUUID();
      for (;;) {
        const path = await this.#tryOnce(id, gateway);
        if (path !== undefined) {
          this.acknowledged.push({ id, path, atMs: performance.now() });
          break;
        }
        gateway = (gateway + 1) % this.#clients.length;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async #tryOnce(id: string, gateway: number): Promise<string | undefined> {
    const client = this.#clients[gateway];
    if (client === undefined) throw new RangeError("no such gateway");
    const path = `${this.#options.parent}/n-`;
    const create = { op: "create", path, data: id, sequential: true };
    try {
      const answer = await client.transaction<TransactionAnswer>(
        { ops: [create] },
        { "idempotency-key": id },
      );
      if (answer.status === 200) return answer.body.results[0]?.path;
      const url = this.#options.urls[gateway] ?? "";
      this.complaints.push({ url, status: answer.status, body: answer.body });
    } catch {
      // The connection broke: whether the write happened is not known, the same key is tried again.
      this.broken += 1;
    }
    return undefined;
  }
}

export interface Verdict {
  readonly missing: readonly string[];
  readonly doubled: readonly string[];
  readonly misplaced: readonly string[];
}

/** Every acknowledged id must stand in the node that its acknowledgement named, and nowhere else. */
export async function verify(
  client: Client,
  parent: string,
  acknowledged: readonly Acknowledged[],
): Promise<Verdict> {
  const places = new Map<string, string[]>();
  for (const { name, data } of await client.children(parent)) {
    places.set(data, [...(places.get(data) ?? []), `${parent}/${name}`]);
  }
  return {
    missing: acknowledged.filter(({ id }) => !places.has(id)).map(({ path }) => path),
    doubled: [...places.values()].filter((paths) => paths.length > 1).flat(),
    misplaced: acknowledged
      .filter(({ id, path }) => places.has(id) && places.get(id)?.includes(path) !== true)
      .map(({ path }) => path),
  };
}

export const FAULTLESS: Verdict = { missing: [], doubled: [], misplaced: [] };
