import { Client } from "@meerkat/workload";
import { Random } from "./random.ts";

const PARENT = "/mixed";
const NAMES = ["a", "b.c", "d e", "100%", "größe", "x*y>z"] as const;
const OPEN = [{ scheme: "world", id: "anyone", perms: "cdrwa" }];
const SECRET = [{ scheme: "world", id: "anyone", perms: "cdwa" }];

/**
 * Clients who change all there is to change: data, ACLs, several znodes at once, ephemerals that go with
 * their session. What comes of a request does not matter to them: refused or broken off, they go on.
 */
export class MixedLoad {
  readonly #clients: readonly Client[];
  readonly #loops: readonly Promise<void>[];
  #isStopping = false;
  /** Steps that were answered, whatever the answer. */
  answered = 0;

  constructor(urls: readonly string[], count: number, seed: number) {
    this.#clients = urls.map((url) => new Client(url, count));
    this.#loops = Array.from({ length: count }, (_, i) => this.#loop(i, new Random(seed + i)));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#loops);
    await Promise.all(this.#clients.map((client) => client[Symbol.asyncDispose]()));
  }

  async #loop(index: number, random: Random): Promise<void> {
    for (let turn = index; !this.#isStopping; turn += 1) {
      const client = this.#clients[turn % this.#clients.length];
      if (client === undefined) throw new RangeError("no gateways");
      try {
        await this.#step(client, random);
        this.answered += 1;
      } catch {
        // The connection broke: what was asked for may have happened or not, the log will tell.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async #step(client: Client, random: Random): Promise<void> {
    const path = `${PARENT}/${random.one(NAMES)}-${random.below(3)}`;
    const other = `${PARENT}/${random.one(NAMES)}-${random.below(3)}`;
    const data = "x".repeat(random.below(200));
    switch (random.below(6)) {
      case 0:
        return await this.#live(client, `${path}/${random.below(100)}`);
      case 1: {
        const acl = random.below(2) === 0 ? OPEN : SECRET;
        await client.transaction({ ops: [{ op: "setAcl", path, acl }] });
        return;
      }
      case 2:
        await client.transaction({ ops: [{ op: "delete", path, recursive: true }] });
        return;
      case 3: {
        const ops = [
          { op: "createIfNotExists", path: other, data },
          { op: "set", path: other, data: `${data}!` },
          { op: "create", path: `${path}/n-`, sequential: true, data },
        ];
        await client.transaction({ ops });
        return;
      }
      default:
        await client.transaction({ ops: [{ op: "createParents", path, data }] });
        await client.transaction({ ops: [{ op: "set", path, data }] });
    }
  }

  /** A session with two ephemerals, and its end. */
  async #live(client: Client, path: string): Promise<void> {
    const json = { timeoutMs: 4_000 };
    const { body } = await client.request<{ id: string; token: string }>("POST", "/v1/sessions", {
      json,
    });
    const headers = { "meerkat-session": body.token };
    for (const name of ["one", "two"]) {
      const op = { op: "create", path: `${path}-${name}`, mode: "ephemeral", data: name };
      await client.transaction({ ops: [op] }, headers);
    }
    await client.request("DELETE", `/v1/sessions/${body.id}`, { headers });
  }
}
