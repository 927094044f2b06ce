import type { DataTree } from "@meerkat/tree";
import { AppliedWaiters } from "./applied-waiters.ts";
import type { ObserverLimits } from "./limits.ts";
import type { PendingRead } from "./pending-read.ts";
import type { ReadBarrier } from "./read-barrier.ts";
import { readTooLate } from "./refusals.ts";
import type { SessionQueue } from "./session-queue.ts";

export interface ReadsOptions {
  readonly limits: ObserverLimits;
  readonly queue: SessionQueue;
  readonly barrier: ReadBarrier;
  readonly tree: () => DataTree;
  /** A read has run: its caller may be told now, or when the batch under way proved sound. */
  readonly onRun: (read: PendingRead) => void;
}

/** Nothing may be read: no zxid is below this. */
const NOTHING_READABLE = -1;

/** Reads that could not run at once, and how far the tree may be read. */
export class Reads {
  readonly #options: ReadsOptions;
  readonly #underWay = new Set<PendingRead>();
  readonly #appliedWaiters = new AppliedWaiters();
  #readable: number = NOTHING_READABLE;

  constructor(options: ReadsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#underWay.size;
  }

  /** The tree holds everything that was ever served here. */
  get isReadable(): boolean {
    return this.#readable !== NOTHING_READABLE;
  }

  /** A read that must not be answered from before `zxid` may run now. */
  covers(zxid: number): boolean {
    return zxid <= this.#readable;
  }

  add(read: PendingRead): void {
    this.#underWay.add(read);
  }

  /** It is the read's turn in its session: from now on only its own conditions hold it. */
  place(read: PendingRead): void {
    if (read.isOver) return;
    const { line } = read;
    read.isPlaced = true;
    if (read.holdsLine) line.readsHolding += 1;
    if (line.lastSent !== undefined) {
      read.isBehindWrite = true;
      line.lastSent.readsBehind ??= [];
      line.lastSent.readsBehind.push(read);
    }
    if (read.needsBarrier) this.#options.barrier.join(read);
    this.#maybeRun(read);
  }

  /** The write before it was answered, or never will be. */
  onWriteOver(read: PendingRead): void {
    read.isBehindWrite = false;
    this.#maybeRun(read);
  }

  onConfirmed(read: PendingRead, zxid: number): void {
    read.needsBarrier = false;
    read.notBefore = Math.max(read.notBefore, zxid);
    this.#maybeRun(read);
  }

  /** Everything up to `position` is applied, and the tree is sound. */
  advanceTo(position: number): void {
    if (position > this.#readable) this.#readable = position;
    if (this.#appliedWaiters.size === 0) return;
    for (const read of this.#appliedWaiters.take(this.#readable)) this.#maybeRun(read);
  }

  /** The tree was dropped; reads wait for one that is complete. */
  suspend(): void {
    this.#readable = NOTHING_READABLE;
  }

  /** Tells the callers of reads that arrived before `arrivedBeforeMs`. */
  failOlder(arrivedBeforeMs: number): void {
    let failed = false;
    for (const read of this.#underWay) {
      if (read.arrivedAtMs >= arrivedBeforeMs) continue;
      this.fail(read, readTooLate(this.#options.limits.requestTimeoutMs));
      failed = true;
    }
    if (failed) this.#appliedWaiters.dropOver();
  }

  failAll(error: Error): void {
    for (const read of this.#underWay) this.fail(read, error);
    this.#appliedWaiters.dropOver();
  }

  fail(read: PendingRead, error: Error): void {
    read.fail(error);
    this.#leave(read);
  }

  #maybeRun(read: PendingRead): void {
    if (read.isOver || read.isBehindWrite || read.needsBarrier) return;
    if (!this.covers(read.notBefore)) {
      this.#appliedWaiters.add(read);
      return;
    }
    read.run(this.#options.tree());
    this.#leave(read);
    this.#options.onRun(read);
  }

  #leave(read: PendingRead): void {
    this.#underWay.delete(read);
    const { line } = read;
    if (read.isPlaced && read.holdsLine) {
      line.readsHolding -= 1;
      this.#options.queue.schedule(line);
    }
    this.#options.queue.release(line);
  }
}
