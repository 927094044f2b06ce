import { Client } from "./client.ts";
import type { MemoryWorkload } from "./memory.ts";
import { ROOT } from "./workloads.ts";
import { createAll, inBatches, treeOf } from "./znodes.ts";

const WATCHED = `${ROOT}/watched`;

export const WATCHES: MemoryWorkload = {
  name: "watches",
  of: "data watch, one session per server",
  async prepare({ ports: [port = 0] }, count) {
    await createAll(port, treeOf(WATCHED, count));
  },
  async add({ ports }, count) {
    await using stack = new AsyncDisposableStack();
    const clients: Client[] = [];
    for (const port of ports) {
      const client = stack.use(await Client.open(port));
      await client.sync();
      await inBatches(treeOf(WATCHED, count), ({ path }) => client.watchData(path));
      clients.push(client);
    }
    stack.defer(() => requireSessions(clients));
    return stack.move();
  },
};

/** @throws Error where watches went with their session before anybody measured them. */
async function requireSessions(clients: readonly Client[]): Promise<void> {
  try {
    await Promise.all(clients.map((client) => client.sync()));
  } catch (cause) {
    throw new Error("a session with its watches ended while their memory was measured", { cause });
  }
}
