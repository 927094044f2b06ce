/** Where proposals come this soon after each other, the next one is waited for, and not longer. */
const PROPOSAL_WAIT_MS = 8;

interface Waiting {
  readonly fromMs: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: () => void;
}

/**
 * When a leader does something else than transactions. The best moment is right after it has handed a
 * proposal to NATS and to its disk: nothing can come of it before the followers have answered. The worst is
 * right after a commit, when the next requests of those who were just answered are about to arrive.
 */
export class Moments {
  #proposedAtMs = Number.NEGATIVE_INFINITY;
  #intervalMs = Number.POSITIVE_INFINITY;
  #waiting: Waiting | undefined;

  /**
   * A proposal has been handed over. The connection sends at the end of the turn, so the moment is the
   * turn after it.
   */
  proposed(): void {
    const nowMs = performance.now();
    this.#intervalMs = nowMs - this.#proposedAtMs;
    this.#proposedAtMs = nowMs;
    const waiting = this.#waiting;
    if (waiting === undefined || nowMs < waiting.fromMs) return;
    this.#waiting = undefined;
    clearTimeout(waiting.timer);
    setImmediate(waiting.resolve);
  }

  /** Since the last proposal. */
  get quietMs(): number {
    return performance.now() - this.#proposedAtMs;
  }

  /**
   * Resolves in the next good moment from `fromMs` on, never in this turn; where no proposal is to be
   * expected, at `fromMs` itself, and at once where that is as long ago as a proposal would be waited
   * for. To be called again only when it has resolved.
   */
  next(fromMs: number): Promise<void> {
    const patienceMs = this.#intervalMs <= PROPOSAL_WAIT_MS ? PROPOSAL_WAIT_MS : 0;
    const waitMs = fromMs + patienceMs - performance.now();
    if (waitMs <= 0) return new Promise((resolve) => setImmediate(resolve));
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined;
        resolve();
      }, waitMs);
      this.#waiting = { fromMs, timer, resolve };
    });
  }
}
