import { DataTree, type DataTreeOptions, SnapshotLoader } from "@meerkat/tree";
import { invariant, type StoredHistory, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import type { StorageClient } from "../storage/storage-client.ts";
import type { RecentChanges } from "../watch/recent-changes.ts";
import { Delivery } from "./delivery.ts";

const READ_BYTES = 1024 * 1024;

export interface Restored {
  readonly delivery: Delivery;
  /** What was replayed over the snapshot. */
  readonly txns: number;
  readonly bytes: number;
}

/** Makes the tree of what the disk holds: the newest snapshot, and the log up to what is committed. */
export async function restore(
  storage: StorageClient,
  history: StoredHistory,
  options: Partial<DataTreeOptions>,
  recent?: RecentChanges,
): Promise<Restored> {
  const tree = await loadSnapshot(storage, history.snapshotZxid, options);
  const delivery = new Delivery(tree, recent);
  let txns = 0;
  let bytes = 0;
  while (delivery.applied < history.committed) {
    const after = delivery.applied;
    const answer = await storage.read({ id: 0, kind: "log", after, bytesMax: READ_BYTES });
    invariant(answer.kind === "log" && answer.proposals.length > 0, "the log is complete", after);
    for (const proposal of answer.proposals) {
      if (proposal.last > history.committed) break;
      delivery.deliver(proposal);
      txns += proposal.last - proposal.first + 1;
      bytes += proposal.payload.byteLength;
    }
  }
  return { delivery, txns, bytes };
}

async function loadSnapshot(
  storage: StorageClient,
  zxid: Zxid,
  options: Partial<DataTreeOptions>,
): Promise<DataTree> {
  if (zxid === ZXID_ZERO) return new DataTree(options);
  const loader = new SnapshotLoader(options);
  for (let index = 0; ; index += 1) {
    const answer = await storage.read({ id: 0, kind: "snapshot", index, zxid });
    invariant(answer.kind === "snapshot", "the snapshot was checked when it was found", index);
    loader.load(answer.part.chunk);
    if (answer.part.last) return loader.finish();
  }
}
