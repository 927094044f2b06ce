import { Client } from "./client.ts";
import type { NodeValue } from "./protocol.ts";
import { NODES, nodeAt, ROOT } from "./workloads.ts";

/** Creates that are under way at once. */
const BATCH = 1_000;

export async function createAll(port: number, nodes: readonly NodeValue[]): Promise<void> {
  await using client = await Client.open(port);
  for (let at = 0; at < nodes.length; at += BATCH) {
    await Promise.all(nodes.slice(at, at + BATCH).map((node) => client.create(node)));
  }
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
