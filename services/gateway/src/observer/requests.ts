import type { ToGateway } from "@meerkat/transport";
import type { DataTree, SessionId, TxnResult } from "@meerkat/tree";
import { type Epoch, makeZxid, type Zxid } from "@meerkat/zab";
import type { ReadOptions } from "../coordination.ts";
import { Latencies } from "../latencies.ts";
import { AnswerCourse } from "./answer-course.ts";
import type { LeaderLink } from "./leader-link.ts";
import type { ObserverLimits } from "./limits.ts";
import { OutstandingRequests } from "./outstanding-requests.ts";
import { PendingRead } from "./pending-read.ts";
import type { PendingWrite } from "./pending-write.ts";
import { ReadBarrier } from "./read-barrier.ts";
import { Reads } from "./reads.ts";
import * as refusals from "./refusals.ts";
import { newRequestCounters, type RequestLoad } from "./request-counters.ts";
import { SessionLease } from "./session-lease.ts";
import { SessionQueue } from "./session-queue.ts";
import { type SlowLog, SlowRequests } from "./slow-requests.ts";
import { Submitter } from "./submitter.ts";

export interface RequestsOptions {
  /** The gateway's incarnation: the origin of its requests. */
  readonly gateway: number;
  readonly limits: ObserverLimits;
  readonly link: LeaderLink;
  readonly nowMs: () => number;
  readonly log: SlowLog;
  /** Runs `action` at the end of this turn of the event loop. */
  readonly defer: (action: () => void) => void;
  /** The tree as applied now. */
  readonly tree: () => DataTree;
}

const NO_READS: readonly PendingRead[] = [];

/**
 * The requests of all clients from arrival to answer: their order within a session, what was sent
 * and is not answered, what a read waits for, and how long each of them may take.
 *
 * While a batch of txns is applied, answers are collected. They are given when the batch proved
 * sound (`onApplied`) and withdrawn when it did not (`onDiverged`).
 */
export class Requests {
  readonly latencies = new Latencies();
  readonly counters = newRequestCounters();
  readonly submitter: Submitter;
  readonly barrier: ReadBarrier;
  readonly lease: SessionLease;
  readonly #options: RequestsOptions;
  readonly #queue = new SessionQueue();
  readonly #outstanding: OutstandingRequests;
  readonly #reads: Reads;
  /** Of the batch that is being applied. */
  #answers: (PendingWrite | PendingRead)[] = [];
  readonly #course = new AnswerCourse();
  readonly #slow: SlowRequests;
  #isApplying = false;
  #openedAtMs = 0;

  constructor(options: RequestsOptions) {
    this.#options = options;
    const { gateway, limits, link, nowMs, defer, tree, log } = options;
    this.#slow = new SlowRequests({ thresholdMs: limits.slowRequestMs, nowMs, log });
    this.#outstanding = new OutstandingRequests(limits);
    this.lease = new SessionLease(nowMs);
    this.submitter = new Submitter({
      gateway,
      limits,
      link,
      lease: this.lease,
      nowMs,
      defer,
      queue: this.#queue,
      outstanding: this.#outstanding,
      placeRead: (read) => this.#reads.place(read),
    });
    this.barrier = new ReadBarrier({
      gateway,
      limits,
      link,
      defer,
      onConfirmed: (read, zxid) => this.#reads.onConfirmed(read, zxid),
    });
    this.#reads = new Reads({
      limits,
      tree,
      queue: this.#queue,
      barrier: this.barrier,
      onRun: (read) => this.#onReadRun(read),
    });
  }

  /** The tree may be read: it was once complete, and has not been dropped since. */
  get isReadable(): boolean {
    return this.#reads.isReadable;
  }

  get load(): RequestLoad {
    return {
      sentCount: this.#outstanding.count,
      sentBytes: this.#outstanding.bytes,
      waitingCount: this.#queue.count,
      waitingBytes: this.#queue.bytes,
      readsWaiting: this.#reads.count,
    };
  }

  /** Requests under way, for an orderly stop. */
  get count(): number {
    return this.#queue.count + this.#outstanding.count + this.#reads.count;
  }

  /** Nothing is under way, and there is nothing to tell the leader: ticks do nothing. */
  get isIdle(): boolean {
    return this.count === 0 && !this.submitter.hasWord;
  }

  /**
   * Takes the write, or throws and leaves it as if it had never come.
   * @throws Unavailable when it would wait behind too many others; RequestTooLarge, MarshallingError
   */
  submit(write: PendingWrite): void {
    this.#requireRoom(write.session);
    const line = this.#queue.lineOf(write.session);
    write.line = line;
    write.lifeMs = write.patienceMs ?? this.#options.limits.requestTimeoutMs;
    try {
      // Where nobody waits, nobody is overtaken.
      if (this.#queue.count === 0 && line.isFree && this.submitter.hasRoom) {
        this.submitter.start(write);
        return;
      }
      write.keep();
    } catch (error) {
      this.#queue.release(line);
      throw error;
    }
    this.#queue.push(write);
    this.submitter.pump();
  }

  /** True when nothing of its session or its consistency keeps the read from running now. */
  mayReadNow(how: ReadOptions): boolean {
    if (how.consistency === "linearizable" || !this.#reads.covers(how.notBefore ?? 0)) return false;
    const line = how.session === 0 ? undefined : this.#queue.find(how.session);
    return line === undefined || (line.isFree && line.lastSent === undefined);
  }

  /** @throws Unavailable when too many reads wait already */
  read(
    how: ReadOptions,
    look: (tree: DataTree) => unknown,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ): void {
    const { limits, nowMs } = this.#options;
    if (this.#reads.count >= limits.readsWaitingMax) {
      this.counters.refusedFull += 1;
      throw refusals.queueFull(`${limits.readsWaitingMax} reads waiting, its limit`);
    }
    const line = this.#queue.lineOf(how.session);
    const notBefore = how.notBefore ?? 0;
    const needsBarrier = how.consistency === "linearizable";
    const holdsLine = line.isOrdered && (needsBarrier || !this.#reads.covers(notBefore));
    const place = { line, arrivedAtMs: nowMs(), needsBarrier, notBefore, holdsLine };
    const read = new PendingRead(place, look, resolve, reject);
    this.#reads.add(read);
    if (line.isFree || !line.isOrdered) this.#reads.place(read);
    else this.#queue.push(read);
  }

  onMessage(message: ToGateway): void {
    switch (message.type) {
      case "resend":
        this.submitter.onResend(message);
        break;
      case "welcome":
        this.submitter.onWelcome(message);
        break;
      case "barrier":
        this.barrier.onReply(message);
        break;
      case "lease":
        this.lease.onGranted(message);
        break;
      case "question":
        if (message.epoch === this.submitter.openEpoch) this.lease.onQuestion(message);
        break;
    }
  }

  /** A batch of txns begins to be applied. */
  onApplying(nowMs: number): void {
    this.#course.appliedFromMs = nowMs;
  }

  /** A txn of this gateway was applied, somewhere within a batch. */
  onResult(requestNumber: number, result: TxnResult): void {
    const write = this.#outstanding.answer(requestNumber);
    if (write === undefined) return;
    this.#isApplying = true;
    const { appliedFromMs } = this.#course;
    this.latencies.updateMs.add(appliedFromMs - write.arrivedAtMs);
    this.#slow.onApplied(write, result, appliedFromMs);
    write.onResult(result, this.#course.of(write));
    if (write.hears === "settled") this.#answers.push(write);
    this.#leaveLine(write);
  }

  /** A whole batch is applied and sound. */
  onApplied(position: Zxid): void {
    this.#isApplying = false;
    const answers = this.#answers;
    if (answers.length > 0) {
      this.#answers = [];
      for (const answer of answers) {
        if (answer.kind === "write") answer.settle(this.#course.of(answer));
        else answer.settle();
      }
    }
    this.#slow.onAnswered();
    if (this.isReadable) this.#reads.advanceTo(position);
    this.submitter.pump();
  }

  onDiverged(): void {
    this.#isApplying = false;
    const answers = this.#answers;
    this.#answers = [];
    for (const answer of answers) answer.fail(refusals.answerLost("its gateway's copy was faulty"));
    this.#reads.suspend();
  }

  /** What was sent before may be in the snapshot, and then its answer will never come. */
  onReplaced(): void {
    this.#reads.suspend();
    const error = refusals.answerLost("its gateway had fallen too far behind");
    for (const write of this.#outstanding.forgetAll()) {
      write.fail(error);
      this.#leaveLine(write);
    }
  }

  /** `epoch` is established, and all of older epochs that can ever commit is applied here. */
  onCaughtUp(epoch: Epoch, position: Zxid): void {
    this.#openedAtMs = this.#options.nowMs();
    this.#reads.advanceTo(Math.max(position, makeZxid(epoch, 0)));
    this.barrier.open(epoch);
    this.submitter.open(epoch);
  }

  onLeaderLost(): void {
    this.submitter.close();
    this.lease.onLeaderLost();
    this.barrier.close();
  }

  tick(): void {
    this.#slow.tick();
    this.#expire();
    this.barrier.tick();
    this.submitter.tick();
    this.submitter.pump();
  }

  /** The gateway stops: whoever still waits is told. */
  stop(): void {
    this.onLeaderLost();
    const error = refusals.stopping();
    for (const pending of this.#queue.removeWhere(() => true)) {
      if (pending.kind === "write") pending.fail(error);
    }
    this.#reads.failAll(error);
    for (const write of this.#outstanding.forgetAll()) {
      write.fail(refusals.answerLost("its gateway stopped"));
    }
  }

  #requireRoom(session: SessionId): void {
    const { waitingCountMax, waitingBytesMax, waitingPerSessionMax } = this.#options.limits;
    if (this.#queue.count >= waitingCountMax || this.#queue.bytes >= waitingBytesMax) {
      this.counters.refusedFull += 1;
      throw refusals.queueFull(`${this.#queue.count} requests waiting, its limit`);
    }
    if (session === 0 || this.#queue.count === 0) return;
    const waiting = this.#queue.find(session)?.waiting.size ?? 0;
    if (waiting < waitingPerSessionMax) return;
    this.counters.refusedFull += 1;
    throw refusals.queueFull(`${waiting} requests of this session waiting, the limit for one`);
  }

  #leaveLine(write: PendingWrite): void {
    const { line } = write;
    if (line.lastSent === write) line.lastSent = undefined;
    for (const read of write.readsBehind ?? NO_READS) this.#reads.onWriteOver(read);
    this.#queue.release(line);
  }

  #onReadRun(read: PendingRead): void {
    this.#slow.onRead(read);
    if (this.#isApplying) this.#answers.push(read);
    else read.settle();
  }

  #expire(): void {
    const { limits, nowMs } = this.#options;
    const now = nowMs();
    this.#outstanding.abandonOverdue(now, (write) => {
      this.#giveUp(write);
      return refusals.noAnswer(limits.requestTimeoutMs);
    });
    this.#reads.failOlder(now - limits.requestTimeoutMs);
    const expired = this.#queue.removeWhere((pending) => this.#hasExpired(pending, now));
    for (const pending of expired) {
      if (pending.kind === "write") {
        this.#giveUp(pending);
        pending.fail(refusals.waitedTooLong(Math.round(now - pending.arrivedAtMs)));
      }
    }
  }

  #giveUp(write: PendingWrite): void {
    this.counters.expired += 1;
    this.#slow.onGivenUp(write);
  }

  /** It gives up soon while the leader is there and the gateway full, late otherwise. */
  #hasExpired(pending: PendingWrite | PendingRead, now: number): boolean {
    if (pending.kind === "read") return pending.isOver;
    if (now > pending.deadlineMs) return true;
    const { fullWaitMs } = this.#options.limits;
    if (pending.patienceMs !== undefined) return false;
    if (this.submitter.openEpoch === undefined || pending.line.readsHolding > 0) return false;
    return now - Math.max(pending.arrivedAtMs, this.#openedAtMs) > fullWaitMs;
  }
}
