import type { Logger } from "@meerkat/telemetry";

/** A disk that is slow is slow for each commit. */
const LINE_EVERY_MS = 10_000;

/** Says that the disk is slow: every write of a client waits for it. */
export class SlowCommits {
  readonly #thresholdMs: number;
  readonly #logger: Logger;
  #toldMs = Number.NEGATIVE_INFINITY;
  #count = 0;
  #tookMsMax = 0;

  /** A `thresholdMs` of 0 says nothing. */
  constructor(thresholdMs: number, logger: Logger) {
    this.#thresholdMs = thresholdMs;
    this.#logger = logger;
  }

  onCommitted(tookMs: number, nowMs: number): void {
    if (this.#thresholdMs === 0 || tookMs < this.#thresholdMs) return;
    this.#count += 1;
    this.#tookMsMax = Math.max(this.#tookMsMax, Math.round(tookMs));
    if (nowMs - this.#toldMs < LINE_EVERY_MS) return;
    this.#logger.warn(
      { count: this.#count, tookMsMax: this.#tookMsMax },
      `The disk is slow: a commit took ${this.#tookMsMax} ms, fsync included. ` +
        "Writes wait for a quorum of such disks; see whether something else is using this one",
    );
    this.#toldMs = nowMs;
    this.#count = 0;
    this.#tookMsMax = 0;
  }
}
