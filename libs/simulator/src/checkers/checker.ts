import type { DataTree, TxnResult } from "@meerkat/tree";
import type {
  Envelope,
  Incarnation,
  PeerStatus,
  Persist,
  Proposal,
  ServerId,
  Zxid,
} from "@meerkat/zab";
import type { Image } from "../image.ts";

/**
 * What a checker may watch. It stands outside the servers: it sees what they do, never what they
 * think, and they do not know of it. Whoever sees a promise broken throws a Violation.
 */
export interface Checker {
  /** A leader sends a batch for the first time (the paper's broadcast). */
  broadcast?(server: ServerId, incarnation: Incarnation, proposal: Proposal): void;
  /**
   * A server applies a committed batch as its `position`-th (from 0), also when it replays its log
   * at start.
   */
  delivered?(server: ServerId, position: number, proposal: Proposal): void;
  /** The first delivery of a batch anywhere; after every `delivered` of it. */
  committed?(proposal: Proposal): void;
  /**
   * A server starts from a snapshot, or gets one from its leader: it has everything up to `zxid`.
   */
  restored?(server: ServerId, zxid: Zxid): void;
  /** A write of the protocol reached the disk. */
  durable?(server: ServerId, image: Image, persist: Persist): void;
  /** A packet leaves a server whose disk holds `image` (observers have none). */
  sent?(envelope: Envelope, image: Image | undefined): void;
  /** A leader says that its epoch is established. */
  established?(server: ServerId, incarnation: Incarnation, status: PeerStatus, image: Image): void;
  /** A tree has applied everything up to `zxid`. */
  applied?(server: ServerId, zxid: Zxid, tree: DataTree): void;
  /** A gateway answered a request of a client; `sequence` counts the client's requests. */
  answered?(answer: Answer): void;
  readSent?(read: ReadId): void;
  readServed?(read: ReadId, appliedZxid: Zxid): void;
}

export type ReadId = string;

export interface Answer {
  /** Client and session life, so that order is compared only within one session. */
  readonly stream: string;
  readonly sequence: number;
  readonly gateway: number;
  readonly number: number;
  /** How far the gateway's tree had come when it answered. */
  readonly appliedZxid: Zxid;
  readonly result: TxnResult;
}
