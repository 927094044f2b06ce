import type { Outbox } from "../outbox.ts";
import type { Zxid } from "../zxid.ts";

/** Barriers waiting at once; more are refused as lost. */
const BARRIERS_MAX = 65_536;

interface Barrier {
  readonly id: number;
  readonly zxid: Zxid;
  readonly beat: number;
}

/**
 * Linearizable reads waiting for proof that this server led after they were asked: a quorum's echo
 * of a beat that was sent after them. All that wait for one beat share its round.
 */
export class Barriers {
  readonly #outbox: Outbox;
  readonly #waiting: Barrier[] = [];

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(barrier: Barrier): void {
    if (this.#waiting.length >= BARRIERS_MAX) this.#outbox.barrierLost(barrier.id);
    else this.#waiting.push(barrier);
  }

  confirm(beat: number): void {
    let count = 0;
    while ((this.#waiting[count]?.beat ?? Number.POSITIVE_INFINITY) <= beat) count++;
    if (count === 0) return;
    for (const { id, zxid } of this.#waiting.splice(0, count)) this.#outbox.barrier(id, zxid);
  }

  lose(): void {
    for (const { id } of this.#waiting.splice(0)) this.#outbox.barrierLost(id);
  }
}
