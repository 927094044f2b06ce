import { JuteWriter } from "@meerkat/jute";
import type { GatewayTick, Resend, Welcome } from "@meerkat/transport";
import type { SessionId } from "@meerkat/tree";
import type { Epoch } from "@meerkat/zab";
import type { LeaderLink } from "./leader-link.ts";
import type { ObserverLimits } from "./limits.ts";
import type { OutstandingRequests } from "./outstanding-requests.ts";
import type { PendingRead } from "./pending-read.ts";
import type { PendingWrite } from "./pending-write.ts";
import { RequestBatch } from "./request-batch.ts";
import { NOTHING_TAKEN, type SessionLease } from "./session-lease.ts";
import type { SessionQueue } from "./session-queue.ts";

export interface SubmitterOptions {
  /** The gateway's incarnation: the origin of its requests. */
  readonly gateway: number;
  readonly limits: ObserverLimits;
  readonly queue: SessionQueue;
  readonly outstanding: OutstandingRequests;
  readonly link: LeaderLink;
  readonly nowMs: () => number;
  readonly lease: SessionLease;
  /** Runs `action` at the end of this turn of the event loop. */
  readonly defer: (action: () => void) => void;
  /** A read came to the front of its session's line. */
  readonly placeRead: (read: PendingRead) => void;
}

/** More than that waits for the next tick, so that the message stays small. */
const TOUCHED_PER_TICK_MAX = 8192;
const QUIET_TICKS_MAX = 20;

/**
 * Sends the waiting writes to the leader, as many per message as one turn of the event loop brings.
 *
 * It is open only under an epoch that is established and whose initial history is applied here.
 * A request of an older epoch that had not appeared by then can never commit: whoever still holds
 * it has an older currentEpoch than some member of every quorum and cannot be elected. So opening
 * a new epoch sends everything unanswered again, and nothing runs twice. Within an epoch the leader
 * takes each number once, so sending again does no harm.
 */
export class Submitter {
  readonly #options: SubmitterOptions;
  /** Of the one batch that is being filled. */
  readonly #writer = new JuteWriter();
  #openEpoch: Epoch | undefined = undefined;
  /** Under which requests were last sent: opening it a second time sends nothing again. */
  #lastEpoch: Epoch | undefined = undefined;
  /** No message of this epoch has been sent yet. */
  #openingDue = false;
  #batch: RequestBatch | undefined = undefined;
  #batchEpoch: Epoch | undefined = undefined;
  #flushDeferred = false;
  #resentFrom = 0;
  #quietTicks = 0;
  #touched = new Set<SessionId>();

  constructor(options: SubmitterOptions) {
    this.#options = options;
  }

  /** The epoch under which requests go out now. */
  get openEpoch(): Epoch | undefined {
    return this.#openEpoch;
  }

  /** The initial history of `epoch` is applied and the epoch is established. */
  open(epoch: Epoch): void {
    this.#flush();
    this.#openEpoch = epoch;
    if (epoch !== this.#lastEpoch) {
      this.#lastEpoch = epoch;
      this.#openingDue = true;
      this.#resentFrom = 0;
      this.#sendAgain(this.#options.outstanding.firstUnanswered);
    }
    this.pump();
  }

  /** The leader is gone, or its tree no longer this one's; requests wait. */
  close(): void {
    this.#flush();
    this.#openEpoch = undefined;
  }

  touch(session: SessionId): void {
    this.#touched.add(session);
  }

  /** A leader is there, and takes another request of this gateway. */
  get hasRoom(): boolean {
    return this.#openEpoch !== undefined && this.#options.outstanding.hasRoom;
  }

  /** There is something to say about sessions. */
  get hasWord(): boolean {
    return this.#touched.size > 0 || this.#options.lease.isDue;
  }

  /** Starts waiting requests while there is room. */
  pump(): void {
    const { queue } = this.#options;
    while (this.hasRoom) {
      const pending = queue.next();
      if (pending === undefined) return;
      if (pending.kind === "read") this.#options.placeRead(pending);
      else this.#startLate(pending);
    }
  }

  /**
   * Once per tick: lets the leader notice a lost last message, and says whose clients are alive.
   * With nothing to say it is sent now and then only: idle gateways cost the leader nothing.
   */
  tick(): void {
    const epoch = this.#openEpoch;
    this.#resentFrom = 0;
    if (epoch === undefined) return;
    this.#flush();
    const { gateway, outstanding, lease } = this.#options;
    this.#quietTicks += 1;
    const hasNews = outstanding.count > 0 || this.hasWord;
    if (!hasNews && this.#quietTicks < QUIET_TICKS_MAX) return;
    this.#quietTicks = 0;
    const tick: GatewayTick = {
      type: "tick",
      gateway,
      epoch,
      firstUnanswered: outstanding.firstUnanswered,
      lastNumber: outstanding.lastNumber,
      touched: this.#takeTouched(),
      ...(this.#touched.size === 0 ? lease.take() : NOTHING_TAKEN),
    };
    this.#options.link.send(tick);
  }

  #takeTouched(): SessionId[] {
    const taken: SessionId[] = [];
    for (const session of this.#touched) {
      if (taken.length === TOUCHED_PER_TICK_MAX) break;
      taken.push(session);
      this.#touched.delete(session);
    }
    return taken;
  }

  onResend(message: Resend): void {
    if (message.epoch === this.#openEpoch) this.#sendAgainOnce(message.from);
  }

  onWelcome(message: Welcome): void {
    if (message.epoch !== this.#openEpoch) return;
    this.#openingDue = false;
    if (message.expected <= this.#options.outstanding.lastNumber) {
      this.#sendAgainOnce(message.expected);
    }
  }

  /**
   * Gives the request its number. Only with room, and when it is the request's turn. A request that
   * cannot be sent leaves everything as it was.
   * @throws RequestTooLarge, MarshallingError
   */
  start(write: PendingWrite): void {
    const { outstanding, limits } = this.#options;
    const batch = this.#currentBatch();
    batch.add(write, outstanding.lastNumber + 1, limits.requestBytesMax);
    outstanding.append(write);
    if (write.line.isOrdered) write.line.lastSent = write;
    if (batch.count >= limits.batchCountMax || batch.bytes >= limits.batchBytesMax) this.#flush();
  }

  /** A request that has waited and cannot be sent fails alone. */
  #startLate(write: PendingWrite): void {
    try {
      this.start(write);
    } catch (error) {
      this.#options.queue.release(write.line);
      write.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #currentBatch(): RequestBatch {
    if (this.#batch !== undefined) return this.#batch;
    this.#batch = this.#newBatch(this.#options.outstanding.lastNumber + 1);
    this.#batchEpoch = this.#openEpoch;
    if (!this.#flushDeferred) {
      this.#flushDeferred = true;
      this.#options.defer(this.#onDeferred);
    }
    return this.#batch;
  }

  #newBatch(first: number): RequestBatch {
    return new RequestBatch(first, this.#writer, this.#options.nowMs());
  }

  readonly #onDeferred = (): void => {
    this.#flushDeferred = false;
    this.#flush();
  };

  #flush(): void {
    const batch = this.#batch;
    if (batch === undefined) return;
    this.#batch = undefined;
    batch.finish();
    if (batch.count > 0) this.#send(batch);
  }

  #send(batch: RequestBatch): void {
    const epoch = this.#batchEpoch ?? this.#openEpoch;
    if (epoch === undefined) return;
    this.#options.link.send({
      type: "requests",
      gateway: this.#options.gateway,
      epoch,
      opening: this.#openingDue,
      first: batch.first,
      count: batch.count,
      requests: batch.requests,
    });
    batch.sentAtMs = this.#options.nowMs();
    this.#openingDue = false;
  }

  /** The leader repeats itself while messages are under way; one answer per tick is enough. */
  #sendAgainOnce(from: number): void {
    if (from === this.#resentFrom) return;
    this.#resentFrom = from;
    this.#sendAgain(from);
  }

  /** Sends everything from `first` again. What nobody waits for any more becomes a noop. */
  #sendAgain(first: number): void {
    this.#flush();
    const { outstanding, limits } = this.#options;
    const from = Math.max(first, outstanding.lowestWanted);
    this.#batchEpoch = this.#openEpoch;
    let batch = this.#newBatch(from);
    for (let number = from; number <= outstanding.lastNumber; number += 1) {
      const write = outstanding.get(number);
      if (write?.batch === undefined) batch.addNoop(number);
      else batch.addAgain(write);
      if (batch.count < limits.batchCountMax && batch.bytes < limits.batchBytesMax) continue;
      batch.finish();
      this.#send(batch);
      batch = this.#newBatch(number + 1);
    }
    batch.finish();
    if (batch.count > 0) this.#send(batch);
  }
}
