import type { DataTree } from "./data-tree.ts";
import { type ReadonlyZnode, ZnodeKind } from "./znode.ts";

/**
 * A container that has no children any more, or a TTL node without children whose data is older
 * than its TTL. A container that never had a child lives for ever unless `unusedContainerMsMax`.
 */
export function isReapable(
  node: ReadonlyZnode,
  time: number,
  unusedContainerMsMax: number,
): boolean {
  if (node.childNames.size > 0) return false;
  const ageMs = time - node.mtime;
  if (node.kind === ZnodeKind.ttl) return ageMs > node.ttlMs;
  if (node.kind !== ZnodeKind.container) return false;
  return node.creations !== 0 || (unusedContainerMsMax !== 0 && ageMs > unusedContainerMsMax);
}

/** Paths that are due at `time`, at most `limit`: the leader sends a deleteContainer for each. */
export function reapCandidates(tree: DataTree, time: number, limit: number): string[] {
  const candidates: string[] = [];
  for (const path of tree.znodes.reapable()) {
    if (candidates.length >= limit) break;
    const node = tree.znodes.get(path);
    if (node === undefined) continue;
    if (isReapable(node, time, tree.options.unusedContainerMsMax)) candidates.push(path);
  }
  return candidates;
}
