import type { Exposition } from "./exposition.ts";
import type { BoundMetric } from "./metric.ts";

/** The media type of Prometheus's text format. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** `/metrics` of a process: costs nothing before it is asked for the first time. */
export class MetricsPage {
  readonly #metrics: () => readonly BoundMetric[];
  #exposition: Promise<Exposition> | undefined;

  /** `metrics` is called once, when the page is first asked for. */
  constructor(metrics: () => readonly BoundMetric[]) {
    this.#metrics = metrics;
  }

  async text(): Promise<string> {
    this.#exposition ??= this.#make();
    return (await this.#exposition).text();
  }

  async #make(): Promise<Exposition> {
    const { Exposition } = await import("./exposition.ts");
    return new Exposition(this.#metrics());
  }
}
