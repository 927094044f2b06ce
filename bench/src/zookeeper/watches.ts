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
    const clients = new AsyncDisposableStack();
    for (const port of ports) {
      const client = clients.use(await Client.open(port));
      await client.sync();
      await inBatches(treeOf(WATCHED, count), ({ path }) => client.watchData(path));
    }
    return clients;
  },
};
