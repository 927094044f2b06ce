import { isAtOrBelow } from "../../src/path.ts";
import { formatUsage, parseLimits, type Usage } from "../../src/quota/quota-text.ts";
import { type ModelState, nodeAt, subtreeOf } from "./model-state.ts";

/** Every statistics node says what its root holds now. */
export function withStats(state: ModelState): ModelState {
  const nodes = { ...state.nodes };
  for (const [path, node] of Object.entries(nodes)) {
    const root = quotaRootOf(path, "/zookeeper_stats");
    if (root !== undefined) nodes[path] = { ...node, data: formatUsage(usageOf(state, root)) };
  }
  return { ...state, nodes };
}

/** Whether the change would go over a hard limit of a root at or above the path. */
export function isOverQuota(
  state: ModelState,
  path: string,
  change: { readonly count: number; readonly bytes: number },
): boolean {
  return Object.entries(state.nodes).some(([limitsPath, node]) => {
    const root = quotaRootOf(limitsPath, "/zookeeper_limits");
    if (root === undefined || !isAtOrBelow(path, root)) return false;
    const { countHardLimit, byteHardLimit } = parseLimits(node.data);
    const { count, bytes } = usageOf(state, root);
    const isCountOver = countHardLimit >= 0 && count + change.count > countHardLimit;
    const isBytesOver = byteHardLimit >= 0 && bytes + change.bytes > byteHardLimit;
    return (change.count > 0 && isCountOver) || (change.bytes !== 0 && isBytesOver);
  });
}

function quotaRootOf(path: string, name: string): string | undefined {
  if (!path.startsWith("/zookeeper/quota/") || !path.endsWith(name)) return undefined;
  const root = path.slice("/zookeeper/quota".length, -name.length);
  return root === "" || isAtOrBelow(root, "/zookeeper") ? undefined : root;
}

function usageOf(state: ModelState, root: string): Usage {
  const inside = subtreeOf(state, root);
  const bytes = inside.map((path) => nodeAt(state, path)?.data?.length ?? 0);
  return { count: inside.length, bytes: bytes.reduce((sum, length) => sum + length, 0) };
}
