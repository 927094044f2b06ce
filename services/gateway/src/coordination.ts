import type { ServerReport } from "@meerkat/transport";
import type {
  Acl,
  ChangeType,
  DataTree,
  EventType,
  Id,
  IdempotencyKey,
  Operation,
  ReadonlyZnode,
  SessionId,
  TxnResult,
  TxnStamp,
} from "@meerkat/tree";
import type { Latencies } from "./latencies.ts";
import type { PendingWrite } from "./observer/pending-write.ts";

/**
 * What a front door (HTTP, ZooKeeper's protocol) may do. The doors know nothing of ZAB,
 * NATS or request numbers; the observer behind this interface knows nothing of status codes.
 */
export interface Coordination {
  /** The tree as applied here. Read it only inside `read`, or for statistics. */
  readonly tree: DataTree;

  /**
   * Queues a write behind the session's earlier requests and answers when its txn is applied here. Survives leader changes.
   * Refusals of the tree are results, not rejections.
   * @throws Unavailable when it could not be queued, or no quorum answered in time. `ambiguous` says whether it may still happen.
   * @throws RequestTooLarge when the request cannot travel in one message to the leader.
   */
  submit(write: Write): Promise<TxnResult>;

  /**
   * The same without a promise: an early caller hears of the result while txns are applied, in order
   * with what a `TreeListener` hears.
   * @throws Unavailable, RequestTooLarge as above
   */
  enqueue(write: Write, caller: Caller): void;

  /**
   * The same for a door that has requests encoded: takes the write, or throws and leaves it as if it had
   * never come. It hears of its fate later.
   * @throws Unavailable, RequestTooLarge as above; whatever the write throws when it is to be encoded
   */
  take(write: PendingWrite): void;

  /** From now on tells the listener what txns do. */
  listen(listener: TreeListener): void;

  /** From now on, between two batches, tells the listener how the tree changes. */
  follow(listener: ChangeListener): void;

  /** Runs `look` behind the session's earlier writes, at the asked consistency. @throws Unavailable */
  read<T>(how: ReadOptions, look: (tree: DataTree) => T): Promise<T>;

  /** The client of this session was heard of; reported to the leader with the next tick. */
  touch(session: SessionId): void;

  /**
   * A session that this gateway serves surely lives until its timeout after this moment, if its
   * client is heard of; ms of `performance.now()`. Goes on while there is a leader and `renewLease` is called.
   */
  readonly leaseFromMs: number;

  /** Sessions are served; to be called several times a second as long as that is so. */
  renewLease(): void;

  /** Of this run of the gateway, as sessions know it for their owner. */
  readonly incarnation: number;

  /** It follows an established leader and has applied its initial history. */
  readonly isServing: boolean;

  /** Requests of all doors that are not answered. */
  readonly requestCount: number;

  /** The doors add what they answer by themselves. */
  readonly latencies: Latencies;

  /** Ready to serve reads and writes; otherwise the sentence that says why not. */
  readiness(): { readonly ready: true } | { readonly ready: false; readonly reason: string };

  /** Last report of every server heard of, with its age in ms. */
  cluster(): readonly { readonly report: ServerReport; readonly ageMs: number }[];
}

/** Whoever waits for a write. Hears of it exactly once. */
export interface Caller {
  /**
   * `settled`: once the whole batch of txns is applied and sound. `early`: while it is applied. What
   * an early caller makes of it must not leave the process before this turn of the event loop ends,
   * and must not leave it at all after `TreeListener.onTreeLost`.
   */
  readonly hears: "settled" | "early";
  /** `course` is valid during the call. */
  answered(result: TxnResult, course?: WriteCourse): void;
  failed(error: Error, course?: WriteCourse): void;
}

/** How far a write came and when: ms of `performance.now()`, undefined for what it did not come to. */
export interface WriteCourse {
  /** It joined its session's queue. */
  readonly queuedAtMs: number;
  /** It was given its place in a batch for the leader. */
  readonly startedAtMs: number | undefined;
  /** The batch left. */
  readonly sentAtMs: number | undefined;
  /** Requests in that batch. */
  readonly batchCount: number;
  /** The batch of txns in which it came back began to be applied. */
  readonly appliedFromMs: number | undefined;
}

/** Hears what txns do while they are applied, in order, under the same rule as an early caller. */
export interface TreeListener {
  onEvent(type: EventType, path: string, zxid: number, acl: readonly Acl[]): void;
  onSessionClosed(session: SessionId): void;
  /** The gateway `owner` (its incarnation) serves the session from now on. */
  onSessionAttached(session: SessionId, owner: number): void;
  /**
   * Another tree takes the place of this one: events were missed, and what was heard in this turn
   * may have been wrong.
   */
  onTreeLost(): void;
}

/** Hears of every change of the tree, to tell it to others once it is certain. */
export interface ChangeListener {
  /** While txns are applied, in order. The node goes on changing, so what is needed of it must be taken at once. */
  onChange(type: ChangeType, path: string, node: ReadonlyZnode, txn: TxnStamp): void;
  /** All changes up to `zxid` have been told, and were sound. */
  onSettled(zxid: number): void;
  /** Another tree takes the place of this one: changes were missed, and those not settled may have been wrong. */
  onTreeLost(): void;
}

export interface Write {
  readonly session: SessionId;
  readonly credentials: readonly Id[];
  readonly operation: Operation;
  readonly key?: IdempotencyKey;
  readonly traceparent?: string | undefined;
  /**
   * Longest life of this write instead of the gateway's own limit. It is kept through an outage and
   * is not refused at its beginning.
   */
  readonly patienceMs?: number;
}

export interface ReadOptions {
  readonly session: SessionId;
  /**
   * `sequential` is ZooKeeper's: this gateway's state, refused once no quorum was heard of for a while.
   * `local` answers from whatever this gateway has, also when it is cut off.
   */
  readonly consistency: "sequential" | "linearizable" | "local";
  /** The client has seen this zxid: wait until it is applied here (bounded), never answer older. */
  readonly notBefore?: number;
}

/** Nothing wrong with the request: the service cannot take or finish it now. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
  readonly retryAfterMs: number;
  /** True when the request had been sent: it may still be applied. An idempotency key makes the retry safe. */
  readonly ambiguous: boolean;

  constructor(message: string, options: { retryAfterMs: number; ambiguous: boolean }) {
    super(message);
    this.retryAfterMs = options.retryAfterMs;
    this.ambiguous = options.ambiguous;
  }
}

/** The encoded request is larger than one message may be. It was not sent, and sending it again as it is will not help. */
export class RequestTooLarge extends Error {
  override readonly name = "RequestTooLarge";
  readonly bytes: number;
  readonly bytesMax: number;

  constructor(bytes: number, bytesMax: number) {
    super(
      `The request takes ${bytes} bytes and may take ${bytesMax}. ` +
        "Split it into smaller transactions.",
    );
    this.bytes = bytes;
    this.bytesMax = bytesMax;
  }
}
