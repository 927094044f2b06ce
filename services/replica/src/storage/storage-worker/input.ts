import type { HardState, Members, Proposal, SnapshotChunk, Zxid } from "@meerkat/zab";
import type { StorageOptions } from "../open-database.ts";

/** What the storage thread is started with. */
export interface StorageThreadData {
  readonly options: StorageOptions;
  readonly bell: SharedArrayBuffer;
  readonly lane: SharedArrayBuffer;
}

/** What the replica posts to its storage thread. `id` pairs an input with its answer. */
export type StorageInput = PostedChange | Question;

/** Changes that wait together share one commit. */
export type Change = AppendInput | PostedChange;

/** Proposals of transactions, and nothing else. It comes by the lane, and is confirmed like a write. */
export interface AppendInput {
  readonly type: "append";
  readonly id: number;
  /** Where its record lies in the lane. */
  readonly at: number;
  readonly append: readonly Proposal[];
  readonly committed: Zxid;
}

export type PostedChange =
  | WriteInput
  /** A chunk of this replica's own snapshot; index 0 begins one. */
  | { readonly type: "addSnapshotChunk"; readonly id: number; readonly chunk: SnapshotChunk }
  /** `endZxid` is committed: the snapshot counts, and what lies behind the one before it can go. */
  | { readonly type: "completeSnapshot"; readonly id: number; readonly endZxid: Zxid }
  | { readonly type: "abandonSnapshot"; readonly id: number };

export type Question =
  | { readonly type: "load"; readonly id: number; readonly windowBytesMax: number }
  | ReadLog
  | ReadSnapshot
  | { readonly type: "close"; readonly id: number };

export interface ReadLog {
  readonly type: "readLog";
  readonly id: number;
  readonly after: Zxid;
  readonly bytesMax: number;
}

export interface ReadSnapshot {
  readonly type: "readSnapshot";
  readonly id: number;
  readonly index: number;
  /** The newest complete snapshot when absent. */
  readonly zxid?: Zxid;
}

/** A `Persist` of libs/zab, with the members of an admission already decoded. */
export interface WriteInput {
  readonly type: "write";
  readonly id: number;
  readonly stage: readonly SnapshotChunk[];
  readonly install?: { readonly zxid: Zxid; readonly members: Members } | undefined;
  readonly truncateAfter?: Zxid | undefined;
  readonly append: readonly Proposal[];
  readonly admissions: readonly { readonly zxid: Zxid; readonly members: Members }[];
  readonly hardState?: HardState | undefined;
  readonly committed: Zxid;
}
