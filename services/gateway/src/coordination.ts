import type { ServerReport } from "@meerkat/transport";
import type { DataTree, Id, IdempotencyKey, Operation, SessionId, TxnResult } from "@meerkat/tree";

/**
 * What a front door (HTTP now, ZooKeeper's protocol next) may do. The doors know nothing of ZAB,
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

  /** Runs `look` behind the session's earlier writes, at the asked consistency. @throws Unavailable */
  read<T>(how: ReadOptions, look: (tree: DataTree) => T): Promise<T>;

  /** The client of this session was heard of; reported to the leader with the next tick. */
  touch(session: SessionId): void;

  /** Ready to serve reads and writes; otherwise the sentence that says why not. */
  readiness(): { readonly ready: true } | { readonly ready: false; readonly reason: string };

  /** Last report of every server heard of, with its age in ms. */
  cluster(): readonly { readonly report: ServerReport; readonly ageMs: number }[];
}

export interface Write {
  readonly session: SessionId;
  readonly credentials: readonly Id[];
  readonly operation: Operation;
  readonly key?: IdempotencyKey;
  readonly traceparent?: string;
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
