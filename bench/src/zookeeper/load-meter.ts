import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** Counts of all connections of a generator together. */
export class LoadMeter {
  /** Replies since the generator began. */
  replies = 0;
  #latency: RecordableHistogram = createHistogram();

  /** Forgets the latencies: the warm-up ends. */
  reset(): void {
    this.#latency = createHistogram();
  }

  record(latencyMs: number): void {
    this.#latency.record(Math.max(1, Math.round(latencyMs * 1_000)));
  }

  /** Latency in µs that `percent` of the sampled requests did not exceed. */
  percentileUs(percent: number): number {
    return this.#latency.percentile(percent);
  }

  get samples(): number {
    return this.#latency.count;
  }
}
