/** Keeps the gap a small integer, which costs nothing to count down. */
const GAP_MAX = 2 ** 30;
const SECOND_MS = 1_000;

/**
 * Chooses a share of what comes by, at random. Instead of a dice throw for each it draws how many go
 * by until the next one, so that whoever is not chosen costs one subtraction.
 */
export class RatioSampler {
  readonly #ratio: number;
  readonly #random: () => number;
  #gap: number;

  /** `ratio` is 0 to 1; `random` gives numbers from 0 up to and without 1. */
  constructor(ratio: number, random: () => number = Math.random) {
    this.#ratio = ratio;
    this.#random = random;
    this.#gap = this.#drawGap();
  }

  /** True for one that is chosen. */
  take(): boolean {
    if (this.#gap > 0) {
      this.#gap -= 1;
      return false;
    }
    this.#gap = this.#drawGap();
    return this.#ratio > 0;
  }

  /** Geometrically distributed. */
  #drawGap(): number {
    if (this.#ratio >= 1) return 0;
    if (this.#ratio <= 0) return GAP_MAX;
    const gap = Math.log(1 - this.#random()) / Math.log(1 - this.#ratio);
    return Math.min(GAP_MAX, Math.floor(gap));
  }
}

/** So many in a second and no more. */
export class Budget {
  readonly #perSecondMax: number;
  #secondEndsMs = Number.NEGATIVE_INFINITY;
  #left = 0;

  constructor(perSecondMax: number) {
    this.#perSecondMax = perSecondMax;
  }

  take(nowMs: number): boolean {
    if (nowMs >= this.#secondEndsMs) {
      this.#secondEndsMs = nowMs + SECOND_MS;
      this.#left = this.#perSecondMax;
    }
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}
