import { runLoad } from "./run-load.ts";
import { settle } from "./settle.ts";
import type { System } from "./system.ts";
import { nodeAt, ROOT, workloadOf } from "./workloads.ts";
import { createAll } from "./znodes.ts";

export interface HeapResult {
  readonly system: string;
  readonly znodes: number;
  /** Bytes per znode of 100 bytes, by process. */
  readonly bytesPerZnode: Readonly<Record<string, number>>;
}

const CHILDREN = 1_000;
/** So many writes fill what a server keeps of recent ones (16 MiB in a replica, 500 proposals in ZooKeeper). */
const FILL_WRITES = 200_000;
const FILL_STEP_MS = 3_000;

/** What each server's memory grows by per znode: after a collection, with `count` znodes more. */
export async function measureHeap(system: System, count: number): Promise<HeapResult> {
  const [port = 0] = system.ports;
  await fillRecentWrites(system);
  await createAll(port, [{ path: `${ROOT}/heap`, data: "" }, ...tree("first", 2 * CHILDREN)]);
  await settle([system]);
  const before = await system.heapBytes();
  const nodes = tree("counted", count);
  await createAll(port, nodes);
  const bytesPerZnode: Record<string, number> = {};
  await settle([system]);
  for (const [name, bytes] of await system.heapBytes()) {
    bytesPerZnode[name] = (bytes - (before.get(name) ?? 0)) / nodes.length;
  }
  return { system: system.name, znodes: nodes.length, bytesPerZnode };
}

/** Otherwise the growth of those buffers would be counted as the znodes'. */
async function fillRecentWrites({ ports }: System): Promise<void> {
  const { name, connections, window } = workloadOf("set");
  const times = { warmUpMs: 0, measureMs: FILL_STEP_MS };
  for (let writes = 0; writes < FILL_WRITES; ) {
    const spec = { workload: name, ports, connections, window, ...times, groups: {} };
    writes += (await runLoad(spec)).versionsAdded;
  }
}

/** Parents of a thousand children each. */
function tree(name: string, count: number): { path: string; data: string }[] {
  const root = `${ROOT}/heap/${name}`;
  const nodes = [{ path: root, data: "" }];
  for (let n = 0; n < count; n += 1) {
    const parent = `${root}/p-${Math.floor(n / CHILDREN)}`;
    if (n % CHILDREN === 0) nodes.push({ path: parent, data: "" });
    nodes.push({ path: `${parent}/n-${String(n).padStart(6, "0")}`, data: nodeAt(n).data });
  }
  return nodes;
}
