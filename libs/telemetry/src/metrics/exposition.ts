import { Counter, Gauge, Registry, Histogram as RegistryHistogram } from "prom-client";
import { Histogram } from "./histogram.ts";
import type { BoundMetric, HistogramReading, Labels, Reading, Sample } from "./metric.ts";

/**
 * The metrics of a process in Prometheus's text format. Nothing is kept here between two questions.
 * The only file that knows the library; loaded when somebody asks for the first time.
 */
export class Exposition {
  readonly #registry = new Registry();
  readonly contentType = this.#registry.contentType;

  /** @throws Error when two have the same name. */
  constructor(metrics: readonly BoundMetric[]) {
    for (const metric of metrics) register(this.#registry, metric);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

function register(registry: Registry, metric: BoundMetric): void {
  const { name, help } = metric;
  const labelNames = [...metric.labelNames];
  const registers = [registry];
  const options = { name, help, labelNames, registers };
  if (metric.type === "histogram") {
    new LiveHistogram(options, () => metric.read());
  } else if (metric.type === "counter") {
    new Counter({
      ...options,
      async collect() {
        const samples = samplesOf(await metric.read());
        clear(this, labelNames);
        for (const { labels, value } of samples) this.inc(labels, value);
      },
    });
  } else {
    new Gauge({
      ...options,
      async collect() {
        const samples = samplesOf(await metric.read());
        clear(this, labelNames);
        for (const { labels, value } of samples) this.set(labels, value);
      },
    });
  }
}

/** Without labels `reset` leaves a 0, which would be told where there is nothing to tell. */
function clear(metric: Counter | Gauge, labelNames: readonly string[]): void {
  metric.reset();
  if (labelNames.length === 0) metric.remove();
}

function samplesOf(reading: Reading): readonly Sample[] {
  if (reading === undefined) return [];
  return typeof reading === "number" ? [{ labels: {}, value: reading }] : reading;
}

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** The library's histogram with the counts of ours, which cost less to keep than its own. */
class LiveHistogram extends RegistryHistogram {
  readonly #name: string;
  readonly #help: string;
  readonly #read: () => HistogramReading;

  constructor(
    options: ConstructorParameters<typeof RegistryHistogram>[0],
    read: () => HistogramReading,
  ) {
    super(options);
    this.#name = options.name;
    this.#help = options.help;
    this.#read = read;
  }

  /** What a registry asks a histogram when it writes text; a test holds that it still does. */
  async getForPromString() {
    const name = this.#name;
    return { name, help: this.#help, type: "histogram", values: valuesOf(name, this.#read()) };
  }
}

function valuesOf(name: string, reading: HistogramReading): readonly Value[] {
  if (reading === undefined) return [];
  if (reading instanceof Histogram) return seriesOf(name, {}, reading);
  return reading.flatMap(({ labels, histogram }) => seriesOf(name, labels, histogram));
}

function seriesOf(name: string, labels: Labels, { bounds, counts, sum }: Histogram): Value[] {
  const values: Value[] = [];
  let count = 0;
  counts.forEach((inBucket, index) => {
    count += inBucket;
    const le = bounds[index] ?? "+Inf";
    values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: count });
  });
  values.push({ metricName: `${name}_sum`, labels, value: sum });
  values.push({ metricName: `${name}_count`, labels, value: count });
  return values;
}
