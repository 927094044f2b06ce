/** Further apart than that, somebody has set the clock. */
const DRIFT_MAX_MS = 10;
/** It is not looked at for every time that is told. */
const LOOK_EVERY_MS = 1_000;

/**
 * Wall-clock time of a moment that was taken with `performance.now()`, to the microsecond: spans of
 * several processes stand side by side in one picture.
 */
export class WallClock {
  #originMs = performance.timeOrigin;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** Unix time in ms. */
  unixMs(atMs: number): number {
    if (atMs - this.#lookedAtMs > LOOK_EVERY_MS) this.#look(atMs);
    return this.#originMs + atMs;
  }

  /** The system's clock may have been set since. */
  #look(atMs: number): void {
    this.#lookedAtMs = atMs;
    const originMs = Date.now() - performance.now();
    if (Math.abs(originMs - this.#originMs) > DRIFT_MAX_MS) this.#originMs = originMs;
  }
}
