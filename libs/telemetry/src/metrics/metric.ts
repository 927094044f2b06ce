import type { Histogram } from "./histogram.ts";

export type Labels = Readonly<Record<string, string>>;

/** One of several values of a metric. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface LabelledHistogram {
  readonly labels: Labels;
  readonly histogram: Histogram;
}

/** Undefined where there is nothing to tell, as of the leader's part in a follower. */
export type Reading = number | undefined | readonly Sample[];
export type HistogramReading = Histogram | undefined | readonly LabelledHistogram[];

interface Described {
  readonly name: string;
  /** What it says, with the unit, in one sentence without a full stop. */
  readonly help: string;
  readonly labelNames: readonly string[];
}

/**
 * A metric as its service declares it. Its value is asked of the objects that live (`Facts`) when
 * somebody wants to know it, and costs nothing until then.
 */
export type Metric<Facts> =
  | (Described & {
      readonly type: "gauge" | "counter";
      readonly read: (facts: Facts) => Reading | Promise<Reading>;
    })
  | (Described & {
      readonly type: "histogram";
      readonly read: (facts: Facts) => HistogramReading;
    });

/** What goes up and down. */
export function gauge<Facts>(
  name: string,
  help: string,
  read: (facts: Facts) => Reading | Promise<Reading>,
  labelNames: readonly string[] = [],
): Metric<Facts> {
  return { type: "gauge", name, help, labelNames, read };
}

/** What only grows, from the start of the process. */
export function counter<Facts>(
  name: string,
  help: string,
  read: (facts: Facts) => Reading | Promise<Reading>,
  labelNames: readonly string[] = [],
): Metric<Facts> {
  return { type: "counter", name, help, labelNames, read };
}

export function histogram<Facts>(
  name: string,
  help: string,
  read: (facts: Facts) => HistogramReading,
  labelNames: readonly string[] = [],
): Metric<Facts> {
  return { type: "histogram", name, help, labelNames, read };
}

/** A gauge for a state: 1 for the one it is in, 0 for the others. */
export function stateGauge<Facts>(
  name: string,
  help: string,
  options: { readonly label: string; readonly states: readonly string[] },
  read: (facts: Facts) => string,
): Metric<Facts> {
  const { label, states } = options;
  const samplesOf = (facts: Facts): readonly Sample[] => {
    const current = read(facts);
    return states.map((state) => ({
      labels: { [label]: state },
      value: state === current ? 1 : 0,
    }));
  };
  return gauge(name, help, samplesOf, [label]);
}

/** A metric with what it is asked of. */
export type BoundMetric = Metric<void>;

export function bind<Facts>(
  metrics: readonly Metric<Facts>[],
  facts: Facts,
): readonly BoundMetric[] {
  return metrics.map((metric): BoundMetric => {
    if (metric.type === "histogram") return { ...metric, read: () => metric.read(facts) };
    return { ...metric, read: () => metric.read(facts) };
  });
}
