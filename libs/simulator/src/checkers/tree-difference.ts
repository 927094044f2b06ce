import { DataTree, type DataTreeOptions, statOf } from "@meerkat/tree";
import type { Zxid } from "@meerkat/zab";
import { applyBatch } from "../batch.ts";
import type { Ledger } from "./ledger.ts";

/** Lines shown of one difference, at most. */
const DIFFERENCES_MAX = 12;

/** The tree that has applied the committed history up to `zxid`, each transaction once. */
export function expectedTree(
  ledger: Ledger,
  zxid: Zxid,
  options: Partial<DataTreeOptions>,
): DataTree {
  const tree = new DataTree(options);
  for (const proposal of ledger.proposals) {
    if (proposal.last > zxid) break;
    if (proposal.kind === "txns") applyBatch(tree, proposal);
  }
  return tree;
}

/** What is different in `found`, for a person: znodes, sessions and idempotency entries. */
export function describeDifference(found: DataTree, expected: DataTree): string {
  const lines: string[] = [];
  const compare = (name: string, one: Map<string, string>, other: Map<string, string>) => {
    for (const key of new Set([...one.keys(), ...other.keys()])) {
      const [has, should] = [one.get(key), other.get(key)];
      if (has === should) continue;
      lines.push(`${name} ${key} is ${has ?? "missing"}, expected ${should ?? "none"}`);
    }
  };
  compare("znode", znodesOf(found), znodesOf(expected));
  compare("session", sessionsOf(found), sessionsOf(expected));
  compare("key", keysOf(found), keysOf(expected));
  return lines.slice(0, DIFFERENCES_MAX).join("\n");
}

function znodesOf(tree: DataTree): Map<string, string> {
  const znodes = new Map<string, string>();
  for (const [path, znode] of tree.znodes.entries()) {
    const { data, creations } = znode;
    znodes.set(path, JSON.stringify({ data, creations, ...statOf(znode) }));
  }
  return znodes;
}

function sessionsOf(tree: DataTree): Map<string, string> {
  const sessions = [...tree.sessions.values()];
  return new Map(sessions.map((session) => [String(session.id), JSON.stringify(session)]));
}

function keysOf(tree: DataTree): Map<string, string> {
  const entries = [...tree.idempotency.values()];
  return new Map(entries.map((entry) => [entry.key, JSON.stringify(entry)]));
}
