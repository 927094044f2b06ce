import type { Members, Proposal, SnapshotChunk, Zxid } from "@meerkat/zab";
import type { LoadedHistory } from "../history.ts";

/** What the storage thread says. Everything with an `id` answers the input of that id. */
export type StorageOutput =
  | { readonly type: "opened" }
  /** The folder cannot be used; the message is meant for the operator. */
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "loaded"; readonly id: number; readonly loaded: LoadedHistory }
  /** Every write up to and with `id` is on disk. */
  | { readonly type: "written"; readonly id: number }
  | { readonly type: "log"; readonly id: number; readonly proposals: readonly Proposal[] }
  | {
      readonly type: "snapshot";
      readonly id: number;
      readonly part: SnapshotChunk;
      readonly members: Members;
    }
  /** What was asked for is no longer there. */
  | { readonly type: "gone"; readonly id: number }
  | { readonly type: "done"; readonly id: number }
  /** The log now begins at `logStart`. */
  | { readonly type: "purged"; readonly logStart: Zxid }
  /** A row that was read for a learner is damaged; it is not served. */
  | { readonly type: "damaged"; readonly message: string }
  /** Something on disk failed. Nothing after the last "written" may be counted on. */
  | { readonly type: "failed"; readonly message: string };
