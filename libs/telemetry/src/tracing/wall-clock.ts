/** Further apart than that, somebody has set the clock. */
const DRIFT_MAX_MS = 10;

/**
 * Wall-clock time of a moment that was taken with `performance.now()`, to the microsecond: spans of
 * several processes stand side by side in one picture.
 */
export class WallClock {
  #originMs = performance.timeOrigin;

  /** Unix time in ms. */
  unixMs(atMs: number): number {
    return this.#originMs + atMs;
  }

  /** Looks whether the system's clock was set since. */
  check(): void {
    const originMs = Date.now() - performance.now();
    if (Math.abs(originMs - this.#originMs) > DRIFT_MAX_MS) this.#originMs = originMs;
  }
}
