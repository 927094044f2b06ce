import type { MemoryWorkload } from "./memory.ts";
import { runLoad } from "./run-load.ts";
import type { System } from "./system.ts";
import { ROOT, workloadOf } from "./workloads.ts";
import { createAll, treeOf } from "./znodes.ts";

/** What the first znodes below a path make larger once. */
const FIRST = 2_000;
/** So many writes fill what a server keeps of recent ones (16 MiB in a replica, 500 proposals in ZooKeeper). */
const FILL_WRITES = 200_000;
const FILL_STEP_MS = 3_000;

export const HEAP: MemoryWorkload = {
  name: "heap",
  of: "znode of 100 bytes",
  async prepare(system) {
    await fillRecentWrites(system);
    const [port = 0] = system.ports;
    const root = `${ROOT}/heap`;
    await createAll(port, [{ path: root, data: "" }, ...treeOf(`${root}/first`, FIRST)]);
  },
  async add({ ports: [port = 0] }, count) {
    await createAll(port, treeOf(`${ROOT}/heap/counted`, count));
    return new AsyncDisposableStack();
  },
};

/** Otherwise the growth of those buffers would be counted as the znodes'. */
async function fillRecentWrites({ ports }: System): Promise<void> {
  const { name, connections, window } = workloadOf("set");
  const times = { warmUpMs: 0, measureMs: FILL_STEP_MS };
  for (let writes = 0; writes < FILL_WRITES; ) {
    const spec = { workload: name, ports, connections, window, ...times, groups: {} };
    writes += (await runLoad(spec)).versionsAdded;
  }
}
