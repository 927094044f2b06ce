import { invariant } from "@meerkat/zab";
import { Deque } from "../deque.ts";
import type { ObserverLimits } from "./limits.ts";
import type { PendingWrite } from "./pending-write.ts";

/**
 * Requests that have a number and no answer yet, kept as sent so that they can be sent again.
 *
 * Numbers run 1, 2, 3 … for the whole incarnation. The leader takes them in order, so their txns
 * come in order, and the window is always `firstUnanswered … lastNumber` without a hole:
 * `firstUnanswered = lastNumber + 1` when nothing is outstanding.
 */
export class OutstandingRequests {
  readonly #window = new Deque<PendingWrite>();
  readonly #limits: ObserverLimits;
  #firstUnanswered = 1;
  #lowestWanted = 1;
  #bytes = 0;
  /** Nothing outstanding is overdue before this; the request that set it may be answered. */
  #soonestDeadlineMs = Number.POSITIVE_INFINITY;

  constructor(limits: ObserverLimits) {
    this.#limits = limits;
  }

  get firstUnanswered(): number {
    return this.#firstUnanswered;
  }

  /** Lowest number that a leader may still ask for: below `firstUnanswered` only forgotten ones. */
  get lowestWanted(): number {
    return this.#lowestWanted;
  }

  get lastNumber(): number {
    return this.#firstUnanswered + this.#window.size - 1;
  }

  get count(): number {
    return this.#window.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get hasRoom(): boolean {
    return (
      this.#window.size < this.#limits.outstandingCountMax &&
      this.#bytes < this.#limits.outstandingBytesMax
    );
  }

  /** The request with this number, if it is outstanding. */
  get(number: number): PendingWrite | undefined {
    return this.#window.at(number - this.#firstUnanswered);
  }

  /** Gives it the next number. `batch`, `start` and `end` say where it is encoded. */
  append(write: PendingWrite): void {
    this.#window.push(write);
    this.#bytes += write.encodedBytes;
    if (write.deadlineMs < this.#soonestDeadlineMs) this.#soonestDeadlineMs = write.deadlineMs;
  }

  /**
   * The txn of request `number` was applied. Undefined for one that is no longer outstanding: a
   * history applied anew answers again what was answered before.
   */
  answer(number: number): PendingWrite | undefined {
    if (number < this.#firstUnanswered) return undefined;
    invariant(
      number === this.#firstUnanswered,
      "requests are answered in the order of their numbers",
      number,
      this.#firstUnanswered,
    );
    const write = this.#window.shift();
    invariant(write !== undefined, "an answer is to a request that was sent", number);
    this.#firstUnanswered += 1;
    this.#lowestWanted = this.#firstUnanswered;
    this.#bytes -= write.encodedBytes;
    return write;
  }

  /** Tells the callers of all requests whose life is over; the numbers stay. */
  abandonOverdue(nowMs: number, error: (write: PendingWrite) => Error): void {
    // Under load there are thousands, and hardly ever is one of them overdue.
    if (nowMs <= this.#soonestDeadlineMs) return;
    this.#soonestDeadlineMs = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.#window.size; index += 1) {
      const write = this.#window.at(index);
      if (write === undefined || write.abandoned) continue;
      if (nowMs > write.deadlineMs) {
        this.#bytes -= write.encodedBytes;
        write.abandon(error(write));
      } else if (write.deadlineMs < this.#soonestDeadlineMs) {
        this.#soonestDeadlineMs = write.deadlineMs;
      }
    }
  }

  /**
   * A snapshot replaced the tree: what it holds of ours is never applied here one by one, so no
   * answer will come. Empties the window; the numbers are not used again.
   */
  forgetAll(): PendingWrite[] {
    const forgotten = this.#window.removeWhere(() => true);
    this.#firstUnanswered += forgotten.length;
    this.#bytes = 0;
    return forgotten;
  }
}
