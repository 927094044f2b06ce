import type { Run } from "./measure.ts";
import type { SystemName } from "./system.ts";

/** Medians over the rounds of one workload on one system. */
export interface Summary {
  readonly system: SystemName;
  readonly workload: string;
  readonly connections: number;
  readonly window: number;
  readonly perSecond: number;
  /** Slowest and fastest round. */
  readonly perSecondRange: readonly [number, number];
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU per operation by group of the system's processes, and of all together. */
  readonly usPerOp: Readonly<Record<string, number>>;
  readonly allUsPerOp: number;
  readonly generatorUsPerOp: number;
  readonly generatorCores: number;
  readonly cores: number;
  readonly settleSeconds: number;
  readonly settleCpuSeconds: number;
  readonly idleCores: number;
  readonly otherCores: number;
}

/** In the order in which the runs first came. */
export function summariseRuns(runs: readonly Run[]): Summary[] {
  const groups = Map.groupBy(runs, ({ workload, system }) => `${workload} ${system}`);
  return [...groups.values()].map(summaryOf);
}

function summaryOf(runs: readonly Run[]): Summary {
  const [first] = runs;
  if (first === undefined) throw new RangeError("no runs");
  const { system, workload, connections, window } = first;
  const of = (figure: (run: Run) => number): number => median(runs.map(figure));
  const perOp = (cores: (run: Run) => number): number =>
    of((run) => (cores(run) / run.perSecond) * 1e6);
  const speeds = runs.map(({ perSecond }) => perSecond);
  return {
    system,
    workload,
    connections,
    window,
    perSecond: median(speeds),
    perSecondRange: [Math.min(...speeds), Math.max(...speeds)],
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    usPerOp: Object.fromEntries(
      Object.keys(first.cores).map((group) => [group, perOp(({ cores }) => cores[group] ?? 0)]),
    ),
    allUsPerOp: perOp(coresOf),
    generatorUsPerOp: perOp(({ generatorCores }) => generatorCores),
    generatorCores: of(({ generatorCores }) => generatorCores),
    cores: of(coresOf),
    settleSeconds: of(({ settleSeconds }) => settleSeconds),
    settleCpuSeconds: of(({ settleCpuSeconds }) => settleCpuSeconds),
    idleCores: of(({ idleCores }) => idleCores),
    otherCores: of(({ otherCores }) => otherCores),
  };
}

/** Cores that all processes of the system used. */
export function coresOf({ cores }: Run): number {
  return Object.values(cores).reduce((sum, value) => sum + value, 0);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}
