import { type ApplySink, type DataTree, readTxnBatch, type TxnBatch } from "@meerkat/tree";
import type { Proposal } from "@meerkat/zab";

/** Every server applies the same bytes; reading them once is enough. */
const batches = new WeakMap<Uint8Array, TxnBatch>();

export function batchOf(proposal: Proposal): TxnBatch {
  let batch = batches.get(proposal.payload);
  if (batch === undefined) {
    batch = readTxnBatch(proposal.payload);
    batches.set(proposal.payload, batch);
  }
  return batch;
}

/** The i-th txn of a batch has the proposal's first zxid plus i. */
export function applyBatch(tree: DataTree, proposal: Proposal, sink?: ApplySink): void {
  let zxid: number = proposal.first;
  for (const txn of batchOf(proposal).txns) tree.apply(txn, zxid++, sink);
}
