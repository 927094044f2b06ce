import { Client } from "./client.ts";
import type { NodeValue } from "./protocol.ts";
import { NODES, nodeAt, ROOT } from "./workloads.ts";

/** Requests that are under way at once. */
const BATCH = 1_000;
const CHILDREN = 1_000;

export async function inBatches<T>(
  things: readonly T[],
  ask: (thing: T) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < things.length; at += BATCH) {
    await Promise.all(things.slice(at, at + BATCH).map(ask));
  }
}

export async function createAll(port: number, nodes: readonly NodeValue[]): Promise<void> {
  await using client = await Client.open(port);
  await inBatches(nodes, (node) => client.create(node));
}

/** So many znodes of 100 bytes, below parents of a thousand children each. */
export function treeOf(root: string, count: number): readonly NodeValue[] {
  const nodes = [{ path: root, data: "" }];
  for (let n = 0; n < count; n += 1) {
    const parent = `${root}/p-${Math.floor(n / CHILDREN)}`;
    if (n % CHILDREN === 0) nodes.push({ path: parent, data: "" });
    nodes.push({ path: `${parent}/n-${String(n).padStart(6, "0")}`, data: nodeAt(n).data });
  }
  return nodes;
}

/** The znodes that the workloads use. */
export async function createWorkloadNodes(port: number): Promise<void> {
  const nodes = Array.from({ length: NODES }, (_, n) => nodeAt(n));
  await createAll(port, [{ path: ROOT, data: "" }, ...nodes]);
}

/**
 * Sum of the versions of all znodes of the workloads, as the server on this port shows them.
 * @throws Error where one has other data than what is written to it.
 */
export async function sumOfVersions(port: number): Promise<number> {
  await using client = await Client.open(port);
  await client.sync();
  const versions = Array.from({ length: NODES }, async (_, n) => {
    const { path, data } = nodeAt(n);
    const node = await client.getData(path);
    if (node.data !== data) throw new Error(`${path} on port ${port} has other data`);
    return node.version;
  });
  return (await Promise.all(versions)).reduce((sum, version) => sum + version, 0);
}
