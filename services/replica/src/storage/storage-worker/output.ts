import type { Members, Proposal, SnapshotChunk, Zxid } from "@meerkat/zab";
import type { LoadedHistory } from "../history.ts";

/** When the storage thread carried out a group of writes: Unix time in ms, with fractions. */
export interface WriteTiming {
  readonly beganMs: number;
  /**
   * Everything is in the transaction: what follows until the end is its commit, and so the fsync. A
   * lone row is committed by the statement that inserts it.
   */
  readonly commitsFromMs: number;
  readonly endedMs: number;
  /** So many writes shared it. */
  readonly writes: number;
}

/** More of the lane is on disk. A number: with cold caches an object costs the two threads 45 us more. */
export const LOOK_AT_LANE = 0;

/** What the storage thread says. Everything with an `id` answers the input of that id. */
export type StorageOutput =
  | typeof LOOK_AT_LANE
  | { readonly type: "opened" }
  /** The folder cannot be used; the message is meant for the operator. */
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "loaded"; readonly id: number; readonly loaded: LoadedHistory }
  /** Every write up to and with `id`, which was posted, is on disk. */
  | { readonly type: "written"; readonly id: number; readonly timing: WriteTiming }
  | { readonly type: "log"; readonly id: number; readonly proposals: readonly Proposal[] }
  | {
      readonly type: "snapshot";
      readonly id: number;
      readonly part: SnapshotChunk;
      readonly members: Members;
    }
  /** What was asked for is no longer there, or damaged; the log goes on behind `logStart`. */
  | { readonly type: "gone"; readonly id: number; readonly logStart: Zxid }
  | { readonly type: "done"; readonly id: number }
  /** The log now begins at `logStart`. */
  | { readonly type: "purged"; readonly logStart: Zxid }
  /** A row that was read for a learner is damaged; it is not served. */
  | { readonly type: "damaged"; readonly message: string }
  /** Something on disk failed. Nothing after the last "written" may be counted on. */
  | { readonly type: "failed"; readonly message: string };
