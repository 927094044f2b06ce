/** Of the leader's time while transactions are under way; without them events get all there is. */
const SHARE = 0.1;
/** Timers are not finer. */
const PAUSE_MS_MIN = 1;

/**
 * Lets transactions go first: while any are under way, events get a tenth of the time. What they fall
 * behind by they make up for later.
 */
export class Pacer {
  readonly #isBusy: () => boolean;
  #debtMs = 0;

  constructor(isBusy: () => boolean) {
    this.#isBusy = isBusy;
  }

  spend<T>(work: () => T): T {
    const startedAtMs = performance.now();
    const result = work();
    this.#debtMs += (performance.now() - startedAtMs) * (1 / SHARE - 1);
    return result;
  }

  /** Resolves when it is time for more. Everything else of this process goes first, at least once. */
  async pause(): Promise<void> {
    const debtMs = this.#isBusy() ? this.#debtMs : 0;
    const isDue = debtMs >= PAUSE_MS_MIN;
    if (isDue || debtMs === 0) this.#debtMs = 0;
    await new Promise<void>((resolve) => {
      if (isDue) setTimeout(resolve, debtMs);
      else setImmediate(resolve);
    });
  }
}
