import { Histogram, MILLISECONDS } from "@meerkat/telemetry/metrics";

/** What a gateway's tree went through since its start, counted once per batch. */
export class LearnerCounters {
  /** From the leader's clock in a batch to its being applied here. */
  readonly propagationMs = new Histogram(MILLISECONDS);
  appliedBatches = 0;
  appliedTxns = 0;
  /** Snapshots that took the place of the tree. */
  replacements = 0;
  /** Trees that differed from the leader's. */
  divergences = 0;

  /** `timeMs` is the leader's. A history that is caught up with tells nothing of how fast it came. */
  onApplied(txns: number, timeMs: number, isLive: boolean): void {
    this.appliedBatches += 1;
    this.appliedTxns += txns;
    if (isLive) this.propagationMs.add(Math.max(0, Date.now() - timeMs));
  }
}
