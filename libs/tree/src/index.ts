export * from "./acl/acl.ts";
export * from "./acl/acl-policy.ts";
export * from "./acl/check-acl.ts";
export * from "./acl/fix-acl.ts";
export type { Scheme } from "./acl/schemes/scheme.ts";
export { SUPER } from "./acl/schemes/super.ts";
export * from "./apply-sink.ts";
export type { ChildrenPage, PageOptions } from "./children-page.ts";
export { type BatchTrace, batchTracesOf } from "./codec/batch-traces.ts";
export { writeStat } from "./codec/codec-parts.ts";
export * from "./codec/copied-operations.ts";
export {
  decodeRequest,
  encodeItem,
  encodeOperation,
  encodeRequest,
  encodeRequestHead,
} from "./codec/request-codec.ts";
export { decodeTxnResult, encodeTxnResult } from "./codec/result-codec.ts";
export { readTxnBatch, type TxnBatch, TxnBatchReader, TxnBatchWriter } from "./codec/txn-batch.ts";
export { decodeTxn, encodeTxn } from "./codec/txn-codec.ts";
export { CreateMode } from "./create-mode.ts";
export { DataTree } from "./data-tree.ts";
export { DATA_TREE_OPTIONS, type DataTreeOptions } from "./data-tree-options.ts";
export { TreeInvariantViolation } from "./invariant.ts";
export * from "./path.ts";
export { pathOf } from "./path-of-operation.ts";
export * from "./quota/quota-table.ts";
export * from "./quota/quota-text.ts";
export { isReapable, reapCandidates } from "./reaper.ts";
export * from "./request.ts";
export * from "./result-code.ts";
export { ExpiryQueue } from "./session/expiry-queue.ts";
export type { Session } from "./session/session-table.ts";
export { SnapshotLoader } from "./snapshot/snapshot-loader.ts";
export { SnapshotWriter } from "./snapshot/snapshot-writer.ts";
export * from "./stat.ts";
export { prepare } from "./txn/prepare/prepare.ts";
export * from "./txn/txn.ts";
export * from "./watch/catch-up.ts";
export type { WatcherId } from "./watch/path-watchers.ts";
export {
  DATA_TABLE_KINDS,
  WatcherType,
  WatchKind,
  type WatchKinds,
} from "./watch/watch-kind.ts";
export * from "./watch/watch-table.ts";
export { type ChangeStamp, type ReadonlyZnode, statOf, ZnodeKind } from "./znode.ts";
