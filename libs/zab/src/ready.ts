import type { ServerId, StoreId } from "./ids.ts";
import type { Envelope } from "./packets.ts";
import type { Members, Proposal } from "./proposal.ts";
import type { Epoch, Zxid } from "./zxid.ts";

/** What must survive a crash beside the log. `currentEpoch ≤ acceptedEpoch`. */
export interface HardState {
  readonly acceptedEpoch: Epoch;
  readonly currentEpoch: Epoch;
  readonly voice: boolean;
}

/**
 * One atomic write. Parts are carried out in the order of the fields and reach the disk together
 * or not at all; several writes in flight reach it in the order of their Readys.
 */
export interface Persist {
  /** Chunks of a snapshot on its way in; kept aside (across a crash they are dropped) until `install`. */
  readonly stage: readonly SnapshotChunk[];
  /** The staged snapshot becomes the whole history: the log and every other snapshot are deleted. */
  readonly install?: { readonly zxid: Zxid; readonly members: Members } | undefined;
  readonly truncateAfter?: Zxid | undefined;
  readonly append: readonly Proposal[];
  readonly hardState?: HardState | undefined;
  /** Known to be committed; lets a restart replay the log up to here before it joins. May lag. */
  readonly committed: Zxid;
}

export interface SnapshotChunk {
  readonly zxid: Zxid;
  readonly index: number;
  readonly last: boolean;
  readonly chunk: Uint8Array;
}

/** A leader's question to its own storage, for a learner that needs more than memory holds. */
export type SyncRead =
  | { readonly id: number; readonly kind: "log"; readonly after: Zxid; readonly bytesMax: number }
  | {
      readonly id: number;
      readonly kind: "snapshot";
      readonly index: number;
      readonly zxid?: Zxid;
    };

/** The answers. "gone" says that it was purged meanwhile: the leader plans anew. */
export type SyncReadResult =
  | { readonly id: number; readonly kind: "log"; readonly proposals: readonly Proposal[] }
  | {
      readonly id: number;
      readonly kind: "snapshot";
      readonly part: SnapshotChunk;
      readonly members: Members;
    }
  | { readonly id: number; readonly kind: "gone" };

export type ServerState = "LOOKING" | "FOLLOWING" | "LEADING" | "OBSERVING";
export type ZabState = "ELECTION" | "DISCOVERY" | "SYNCHRONIZATION" | "BROADCAST";

export interface PeerStatus {
  readonly serverState: ServerState;
  readonly zabState: ZabState;
  /** The epoch being joined or led; the currentEpoch while LOOKING. */
  readonly epoch: Epoch;
  readonly leader: ServerId | undefined;
  /** The epoch is established, and this peer has seen so. */
  readonly established: boolean;
  readonly voice: boolean;
  readonly lastZxid: Zxid;
  readonly committed: Zxid;
  /** One sentence for a person at night: why the last change happened. */
  readonly reason: string;
}

/** A leader's learners that have a vote; itself is not among them. */
export interface LearnerCounts {
  readonly following: number;
  readonly synced: number;
}

/**
 * Everything one step asks of the host. `sendAfterPersist` holds every packet that promises
 * something durable (ACK, ACKEPOCH, LEADERINFO of a new epoch); it may leave only when `persist`
 * is on disk. The order in which a host carries it out:
 *
 *   send → persist → (on disk) sendAfterPersist, then `peer.persisted(number)`
 *   staged / install → deliver          (to the tree, at once: only committed and locally durable work is in it)
 */
export interface Ready {
  readonly number: number;
  readonly send: readonly Envelope[];
  /** Undefined when there is nothing to write and nothing waits for the disk. */
  readonly persist: Persist | undefined;
  readonly sendAfterPersist: readonly Envelope[];
  /** Committed proposals, in order, each once per run of the process; after an install they go on from its zxid. */
  readonly deliver: readonly Proposal[];
  readonly reads: readonly SyncRead[];
  /** Read barriers that a quorum confirmed: whoever has applied `zxid` may answer the read. */
  readonly barriers: readonly { readonly id: number; readonly zxid: Zxid }[];
  /** Barriers that can no longer be confirmed, because leadership ended. */
  readonly barriersLost: readonly number[];
  /** Present when it changed. */
  readonly status: PeerStatus | undefined;
}

/** What the host read from its storage at start. */
export interface StoredHistory {
  readonly storeId: StoreId;
  readonly hardState: HardState;
  /** Zxid of the newest valid snapshot, 0 without one. The log is complete after it. */
  readonly snapshotZxid: Zxid;
  readonly committed: Zxid;
  /** Log rows after `committed` (not delivered yet), and as many before it as the committed window holds. */
  readonly proposals: readonly Proposal[];
  /** Oldest zxid that the log can continue from: a learner at or after it needs no snapshot. */
  readonly logStart: Zxid;
  /** Last zxid of each epoch in the log after `logStart`, ascending; all of them, however many. */
  readonly epochEnds: readonly Zxid[];
  /** Every admission that still matters, ascending; the last is in force. */
  readonly admissions: readonly { readonly zxid: Zxid; readonly members: Members }[];
}

export interface PeerConfig {
  readonly self: ServerId;
  readonly voters: readonly ServerId[];
  /** Observers listen only; they hold nothing durable, and their host confirms each Ready at once. */
  readonly observer: boolean;
  readonly initLimitTicks: number;
  readonly syncLimitTicks: number;
  /** Ticks between the beats of a leader with nothing outstanding; well below syncLimitTicks. */
  readonly idleBeatTicks: number;
  /** Learners hear of a commit with the next proposal or tick instead of at once: half the messages. */
  readonly lazyCommits: boolean;
  /** Batches proposed and not committed; `canPropose` is false beyond. */
  readonly proposalsInFlightMax: number;
  /** Bytes of recent committed proposals kept in memory to serve a DIFF. */
  readonly committedWindowBytesMax: number;
  readonly syncChunkBytesMax: number;
  /** The counter at which a leader opens a new epoch by itself. */
  readonly counterMax: number;
}
