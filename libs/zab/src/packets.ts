import type { Incarnation, ServerId, StoreId } from "./ids.ts";
import type { Members, Proposal } from "./proposal.ts";
import type { Epoch, Zxid } from "./zxid.ts";

/**
 * Everything peers say to each other, under ZooKeeper's names. No channel is trusted to be complete
 * (core NATS may drop, and a peer's death is silent), so every packet says what it belongs to: the
 * epoch, and for discovery and synchronization the learner's `attempt`. Watermarks (ACK, COMMIT)
 * repeat what was said before; proposals name the zxid they follow. A packet of another attempt,
 * epoch or incarnation is ignored.
 */
export type Packet =
  | FollowerInfo
  | ObserverInfo
  | LeaderInfo
  | AckEpoch
  | Diff
  | Trunc
  | Snap
  | SyncNext
  | NewLeader
  | Ack
  | UpToDate
  | ProposalPacket
  | Inform
  | Commit;

/** Learner to leader: I want to follow you (CEPOCH of the paper). Repeated until answered. */
export interface FollowerInfo {
  readonly type: "FOLLOWERINFO";
  /** Counts this incarnation's tries to join; every answer carries it back. */
  readonly attempt: number;
  readonly acceptedEpoch: Epoch;
  readonly lastZxid: Zxid;
  readonly storeId: StoreId;
  /** False until this data folder's admission is known to be committed: it neither votes nor counts. */
  readonly voice: boolean;
}

/** Observer to leader: I want to listen. Observers skip epochs: they promise nothing. */
export interface ObserverInfo {
  readonly type: "OBSERVERINFO";
  readonly attempt: number;
  readonly lastZxid: Zxid;
}

/** Leader to learner (NEWEPOCH): this is the epoch I propose. */
export interface LeaderInfo {
  readonly type: "LEADERINFO";
  readonly attempt: number;
  readonly epoch: Epoch;
}

/** Learner to leader (ACK-E): the promise is on disk; this is my history. */
export interface AckEpoch {
  readonly type: "ACKEPOCH";
  readonly attempt: number;
  readonly epoch: Epoch;
  /**
   * True when the promise of `epoch` was made to this very run of this leader: only then does it
   * count. Two prospective leaders may choose the same number; nobody promises it to both.
   */
  readonly promised: boolean;
  readonly currentEpoch: Epoch;
  readonly lastZxid: Zxid;
  /**
   * Where the learner's log starts, then the last zxid of each epoch after that, ascending. At most
   * 64: of a longer list the oldest epochs are left out.
   */
  readonly epochEnds: readonly Zxid[];
  readonly storeId: StoreId;
  readonly voice: boolean;
}

/** Leader to learner: your history continues with these. */
export interface Diff {
  readonly type: "DIFF";
  readonly attempt: number;
  readonly epoch: Epoch;
  readonly after: Zxid;
  readonly proposals: readonly Proposal[];
  /** With these the learner has everything: NEWLEADER follows at once. Otherwise it asks for more. */
  readonly complete: boolean;
  /** What the leader knows to be committed; true forever, whatever becomes of this epoch. */
  readonly committed: Zxid;
}

/** Leader to learner: forget everything after `to`, our last common transaction; a DIFF follows. */
export interface Trunc {
  readonly type: "TRUNC";
  readonly attempt: number;
  readonly epoch: Epoch;
  readonly to: Zxid;
}

/** Leader to learner: one chunk of the snapshot at `zxid`, which replaces your whole history. A DIFF follows the last. */
export interface Snap {
  readonly type: "SNAP";
  readonly attempt: number;
  readonly epoch: Epoch;
  readonly zxid: Zxid;
  readonly members: Members;
  readonly index: number;
  readonly last: boolean;
  readonly chunk: Uint8Array;
}

/** Learner to leader: I have everything up to here, send the next part. Repeated when nothing comes. */
export interface SyncNext {
  readonly type: "SYNCNEXT";
  readonly attempt: number;
  readonly epoch: Epoch;
  /** While a SNAP is under way: the zxid of that snapshot. */
  readonly after: Zxid;
  /** Index of the next chunk wanted, while a SNAP is under way. */
  readonly chunk?: number;
}

/** Leader to learner (NEWLEADER of the paper): with `lastZxid` you have my history; make it durable. */
export interface NewLeader {
  readonly type: "NEWLEADER";
  readonly attempt: number;
  readonly epoch: Epoch;
  readonly lastZxid: Zxid;
}

/**
 * Follower to leader: the leader's history up to `zxid` is durable here. `makeZxid(epoch, 0)` acknowledges NEWLEADER. Repeated to the leader at each heartbeat, echoing
 * its beat.
 */
export interface Ack {
  readonly type: "ACK";
  readonly epoch: Epoch;
  readonly zxid: Zxid;
  readonly beat: number;
  readonly storeId: StoreId;
  readonly voice: boolean;
}

/** Leader to learner: the epoch is established and you are part of it. */
export interface UpToDate {
  readonly type: "UPTODATE";
  readonly attempt: number;
  readonly epoch: Epoch;
  readonly committed: Zxid;
}

/** Leader to followers: one batch, and how far the earlier ones are committed. */
export interface ProposalPacket {
  readonly type: "PROPOSAL";
  readonly epoch: Epoch;
  readonly committed: Zxid;
  readonly proposal: Proposal;
}

/** Leader to observers: one batch that is committed, and with it everything before. */
export interface Inform {
  readonly type: "INFORM";
  readonly epoch: Epoch;
  readonly proposal: Proposal;
}

/**
 * Leader to all learners: everything up to `committed` is committed; also the heartbeat.
 * Sent only once the epoch is established; `lastProposed` shows a learner that it missed the end.
 */
export interface Commit {
  readonly type: "COMMIT";
  readonly epoch: Epoch;
  readonly committed: Zxid;
  readonly lastProposed: Zxid;
  readonly beat: number;
}

/** Many at once: all learners of the sender, one kind of them, or whoever votes (of these the leader listens). */
export type Audience = "learners" | "followers" | "observers" | "voters";

export interface Envelope {
  readonly from: ServerId;
  readonly incarnation: Incarnation;
  readonly to: ServerId | Audience;
  readonly packet: Packet;
}
