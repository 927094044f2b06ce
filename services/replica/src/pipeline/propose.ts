import { type Operation, prepare, type Request, type Txn, TxnBatchWriter } from "@meerkat/tree";
import { invariant, type Peer, type Zxid } from "@meerkat/zab";
import type { LeaderTraces } from "../tracing/leader-traces.ts";
import type { Delivery } from "./delivery.ts";
import { Gathering } from "./gathering.ts";
import type { RequestQueue } from "./request-queue.ts";

export interface ProposeLimits {
  readonly txnsMax: number;
  /** While earlier batches are on their way, a next one is made of so many txns at least. */
  readonly gatherTxns: number;
  /** When none is on its way, a batch waits at most so long for those who were just answered. */
  readonly gatherMs: number;
  /** No further txn is taken beyond this size of a batch. */
  readonly bytesMax: number;
  readonly txnBytesMax: number;
}

/** What of a peer proposing needs. */
export type Proposer = Pick<Peer, "canPropose" | "nextZxid" | "outstanding" | "propose">;

/** So much is worth a batch of its own, however few the txns. */
const GATHER_BYTES = 64 * 1024;

/** Refused with BADARGUMENTS, in place of a request whose txn would be too large for one message. */
const TOO_LARGE: Operation = { type: "setData", path: "too-large", data: null, version: -1 };

/**
 * Makes batches of what waits and proposes them, as long as the window has room: at once when the
 * leader is idle, so that a lone request waits for nobody. While batches are on their way, a small one
 * more would cost every process a wake-up and every disk a write: requests gather until they are worth
 * that, or until the way is free again and those are there who are about to come (`Gathering`).
 */
export class Propose {
  readonly #peer: Proposer;
  readonly #delivery: Delivery;
  readonly #queue: RequestQueue;
  readonly #limits: ProposeLimits;
  readonly #onPrepared: (txn: Txn, zxid: Zxid) => void;
  readonly #traces: LeaderTraces | undefined;
  readonly #writer = new TxnBatchWriter();
  readonly #gathering: Gathering;
  readonly #wakeIn: (delayMs: number) => void;

  constructor(
    parts: {
      readonly peer: Proposer;
      readonly delivery: Delivery;
      readonly queue: RequestQueue;
      readonly traces?: LeaderTraces | undefined;
      /** Calls `run` again in so many milliseconds, in place of what was asked for before. */
      readonly wakeIn: (delayMs: number) => void;
    },
    limits: ProposeLimits,
    onPrepared: (txn: Txn, zxid: Zxid) => void,
  ) {
    this.#peer = parts.peer;
    this.#delivery = parts.delivery;
    this.#queue = parts.queue;
    this.#traces = parts.traces;
    this.#limits = limits;
    this.#onPrepared = onPrepared;
    this.#gathering = new Gathering(limits);
    this.#wakeIn = parts.wakeIn;
  }

  /** Says whether it proposed anything. */
  run(): boolean {
    let count = 0;
    while (this.#peer.canPropose && this.#isWorthIt) {
      this.#proposeBatch();
      count += 1;
    }
    return count > 0;
  }

  get #isWorthIt(): boolean {
    const isFull =
      this.#queue.bytes >= GATHER_BYTES || this.#queue.count >= this.#limits.gatherTxns;
    if (this.#peer.outstanding > 0) return isFull;
    const isGathered = this.#isGathered();
    return (isFull || isGathered) && this.#queue.peek() !== undefined;
  }

  #isGathered(): boolean {
    const nowMs = performance.now();
    const { untilMs } = this.#gathering;
    const isOver = this.#gathering.isOver(this.#queue.count, nowMs);
    const waitsUntilMs = this.#gathering.untilMs;
    if (waitsUntilMs !== undefined && waitsUntilMs !== untilMs) this.#wakeIn(waitsUntilMs - nowMs);
    return isOver;
  }

  #proposeBatch(): void {
    const { tree } = this.#delivery;
    const writer = this.#writer;
    // A clock that was set back must not make the state's times run backwards.
    const timeMs = Math.max(Date.now(), this.#delivery.timeMs);
    writer.begin(this.#peer.nextZxid, timeMs);
    const queue = this.#queue;
    for (let request = queue.peek(); request !== undefined; request = queue.peek()) {
      if (writer.count > 0 && writer.bytes + queue.nextBytes > this.#limits.bytesMax) break;
      if (writer.count >= this.#limits.txnsMax) break;
      const { nextReceivedMs } = queue;
      queue.advance();
      if (this.#traces === undefined || request.traceparent === undefined) this.#add(request);
      else this.#addTraced(request, nextReceivedMs, this.#traces);
    }
    const digest = tree.digestHex;
    const payload = writer.finish(digest, this.#traces?.batchTraces(this.#peer.nextZxid));
    const proposal = this.#peer.propose(payload, writer.count);
    this.#gathering.sent(writer.count, performance.now());
    this.#traces?.proposed(proposal);
    invariant(proposal.last === writer.next.zxid - 1, "prepared and proposed zxids agree");
    this.#delivery.prepared(proposal, digest, timeMs);
  }

  #addTraced(request: Request, receivedMs: number | undefined, traces: LeaderTraces): void {
    const zxid = this.#writer.next.zxid as Zxid;
    const preparesMs = performance.now();
    const txn = this.#add(request);
    const preparedMs = performance.now();
    traces.prepared(request, txn, zxid, {
      receivedMs: receivedMs ?? preparesMs,
      preparesMs,
      preparedMs,
    });
  }

  #add(request: Request): Txn {
    const { tree } = this.#delivery;
    const writer = this.#writer;
    const { zxid } = writer.next;
    const { recent } = this.#delivery;
    let txn = prepare(tree, request, writer.next, recent);
    // A recursive delete, or the end of a large session, is much larger than what asked for it.
    if (writer.add(txn) > this.#limits.txnBytesMax) {
      writer.takeBack();
      tree.journal.rollback(zxid - 1);
      txn = prepare(tree, { ...request, operation: TOO_LARGE }, writer.next);
      writer.add(txn);
    }
    recent?.endTxn(txn, zxid);
    this.#onPrepared(txn, zxid as Zxid);
    return txn;
  }
}
