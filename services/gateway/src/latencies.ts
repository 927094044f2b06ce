import { Histogram, MILLISECONDS } from "@meerkat/telemetry/metrics";

/** How long requests of all doors took, from their arrival to their answer, in ms. */
export class Latencies {
  /** What the gateway answers by itself. */
  readonly readMs = new Histogram(MILLISECONDS);
  /** What becomes a transaction, until it is applied here. */
  readonly updateMs = new Histogram(MILLISECONDS);
}
