/** Of those who are expected; who is later than nine others comes with the next batch. */
const ENOUGH = 0.9;
/** The way back to the clients and here again is longer than that of a batch, by this factor at most. */
const PATIENCE = 3;
/** After so many vain waits in a row, more or less, nobody is waited for in so many batches. */
const SKIPPED_MAX = 64;

export interface GatheringLimits {
  /** So many txns are worth a batch of their own, whatever is on its way. */
  readonly gatherTxns: number;
  /** Nobody is waited for longer than that; 0 waits for nobody. */
  readonly gatherMs: number;
}

/**
 * When the way is free, whom is a small batch worth waiting for? Clients that send their next request when
 * the last one is answered come back in one swarm. Those who waited while the batch before was on its way
 * are there at once, and if they go alone, the others wait for them in turn: two halves that alternate, each
 * at the full price of a batch. So a batch waits until nearly all of both are there, for no longer than three
 * of them take. Where clients come as they like that is in vain, and given up soon; and who are as many as
 * make several batches need not come together.
 */
export class Gathering {
  readonly #limits: GatheringLimits;
  #isOnTheWay = false;
  /** Txns of the last batch, when it left, and for how long the next one waits at most. */
  #sent = 0;
  #sentAtMs = 0;
  #untilMs = 0;
  #enough = 0;
  #isWaiting = false;
  #skips = 0;
  #skipsAfterNext = 1;

  constructor(limits: GatheringLimits) {
    this.#limits = limits;
  }

  /** The moment at which `isOver` is to be asked again, while a batch waits. */
  get untilMs(): number | undefined {
    return this.#isWaiting ? this.#untilMs : undefined;
  }

  /** A batch of so many txns leaves. */
  sent(count: number, nowMs: number): void {
    this.#sent = count;
    this.#sentAtMs = nowMs;
    this.#isOnTheWay = true;
    this.#isWaiting = false;
  }

  /** To be asked whenever nothing is on its way: whether the `count` requests that are there should go now. */
  isOver(count: number, nowMs: number): boolean {
    if (this.#isOnTheWay) this.#onFree(count, nowMs);
    if (count >= this.#enough) {
      if (this.#isWaiting) this.#skipsAfterNext = 1;
      return true;
    }
    if (nowMs < this.#untilMs) {
      this.#isWaiting ||= count > 0;
      return false;
    }
    if (this.#isWaiting) this.#giveUp();
    return true;
  }

  #onFree(count: number, nowMs: number): void {
    this.#isOnTheWay = false;
    const { gatherTxns, gatherMs } = this.#limits;
    const swarm = this.#sent + count;
    this.#enough = Math.ceil(ENOUGH * swarm);
    this.#untilMs = nowMs;
    if (swarm >= gatherTxns) return;
    if (this.#skips > 0) this.#skips -= 1;
    else this.#untilMs += Math.min(PATIENCE * (nowMs - this.#sentAtMs), gatherMs);
  }

  #giveUp(): void {
    this.#isWaiting = false;
    this.#skips = this.#skipsAfterNext;
    this.#skipsAfterNext = Math.min(2 * this.#skipsAfterNext, SKIPPED_MAX);
  }
}
