import type { Epoch, ServerId, ServerState, ZabState, Zxid } from "@meerkat/zab";

/**
 * Between gateways and the leader. A gateway numbers its requests 1, 2, 3 … for its whole
 * incarnation; the leader of an epoch takes them strictly in order, each once, starting at the
 * first number that a message marked `opening` names.
 */
export type ToLeader = RequestBatch | GatewayTick | BarrierRequest;
export type ToGateway = Resend | BarrierReply | Welcome | SessionQuestion | SessionLease;

/** Encoded requests `first … first + count - 1`, concatenated as libs/tree writes them. */
export interface RequestBatch {
  readonly type: "requests";
  /** The gateway's incarnation: new at each start, never used twice. */
  readonly gateway: number;
  readonly epoch: Epoch;
  /** The first message of this gateway in this epoch: the leader starts counting at `first`. */
  readonly opening: boolean;
  readonly first: number;
  readonly count: number;
  readonly requests: Uint8Array;
}

/**
 * Every tick while something is unanswered or sessions were heard of, now and then otherwise: names the
 * last number sent, so that a lost last batch is noticed, and the sessions heard of since.
 */
export interface GatewayTick {
  readonly type: "tick";
  readonly gateway: number;
  readonly epoch: Epoch;
  /** The lowest number not answered yet; equal to lastNumber + 1 when idle. The leader starts counting here if it does not know the gateway. */
  readonly firstUnanswered: number;
  readonly lastNumber: number;
  readonly touched: readonly number[];
  /** Number of the newest question of the leader that `touched` answers; 0 for none. */
  readonly answers: number;
  /** Asks for a lease from now on, in whole ms of the gateway's own clock; 0 asks for none. */
  readonly leaseFromMs: number;
}

export interface BarrierRequest {
  readonly type: "barrier";
  readonly gateway: number;
  readonly epoch: Epoch;
  readonly id: number;
}

/** The leader expects `from` next: send again from there. */
export interface Resend {
  readonly type: "resend";
  readonly epoch: Epoch;
  readonly from: number;
}

/** Apply up to `zxid`, then read. */
export interface BarrierReply {
  readonly type: "barrier";
  readonly epoch: Epoch;
  readonly id: number;
  readonly zxid: Zxid;
}

/** Answer to a tick of a gateway that the leader did not know: it counts from `expected`. */
export interface Welcome {
  readonly type: "welcome";
  readonly epoch: Epoch;
  readonly expected: number;
}

/**
 * As far as the leader knows, the time of sessions that this gateway serves is up: say now whose
 * clients were heard of. Asked again every tick until the answer comes.
 */
export interface SessionQuestion {
  readonly type: "question";
  readonly epoch: Epoch;
  readonly number: number;
}

/**
 * The leader heard what the gateway said at `fromMs` of the gateway's clock. It lets no session that
 * this gateway serves end unasked before the session's timeout and `graceMs` have passed since.
 */
export interface SessionLease {
  readonly type: "lease";
  readonly epoch: Epoch;
  readonly fromMs: number;
  readonly graceMs: number;
}

/** Published by every replica and gateway about once a second and at each change, for /v1/cluster and for people. */
export interface ServerReport {
  readonly id: ServerId;
  readonly kind: "replica" | "gateway";
  readonly name: string;
  /** Where clients or operators reach it; empty for a replica without a port. */
  readonly address: string;
  readonly serverState: ServerState;
  readonly zabState: ZabState;
  readonly epoch: Epoch;
  readonly leader: ServerId | 0;
  readonly established: boolean;
  readonly voice: boolean;
  readonly lastZxid: Zxid;
  readonly appliedZxid: Zxid;
  /** Digest of the tree at appliedZxid, 16 hex digits; zeros while it is made from a snapshot. */
  readonly digest: string;
  readonly startedAtMs: number;
}
