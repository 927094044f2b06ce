import type { Run } from "./measure.ts";
import type { MemoryResult } from "./memory.ts";
import { coresOf, type Summary, summariseRuns } from "./summary.ts";
import { type Verdict, verdictOn, verdictOnMemory } from "./verdict.ts";
import { workloadOf } from "./workloads.ts";

const LABEL_WIDTH = 34;
const COLUMN_WIDTH = 20;
/** More than this used by others, and a figure is not worth much. */
const DISTURBED_CORES = 0.1;

/** What is said while the benchmark runs. */
export function describeRun(run: Run, rounds: number): string {
  const round = run.round === 0 ? "compiling" : `round ${run.round} of ${rounds}`;
  const figures = [
    `${perSecond(run.perSecond)}`,
    `p50 ${ms(run.p50Ms)} ms`,
    `p99 ${ms(run.p99Ms)} ms`,
    `cores: ${run.system} ${coresOf(run).toFixed(2)}`,
    `generator ${run.generatorCores.toFixed(2)}`,
    `others ${run.otherCores.toFixed(2)}`,
  ];
  return `${round}: ${run.workload} on ${run.system}: ${figures.join(", ")}`;
}

/** The table: one block per workload, one column per system. */
export function report(runs: readonly Run[], memory: readonly MemoryResult[]): string {
  const summaries = summariseRuns(runs);
  const names = [...new Set(summaries.map(({ workload }) => workload))];
  const blocks = names.map((name) =>
    workloadBlock(
      name,
      summaries.filter(({ workload }) => workload === name),
    ),
  );
  blocks.push(...memoryNames(memory).map((name) => memoryBlock(name, memory)));
  return blocks.join("\n\n");
}

export function verdicts(
  runs: readonly Run[],
  memory: readonly MemoryResult[],
): readonly Verdict[] {
  const summaries = summariseRuns(runs);
  const names = [...new Set(summaries.map(({ workload }) => workload))];
  const found = names.map((name) => verdictOfBlock(name, summaries));
  found.push(...memoryNames(memory).map((name) => verdictOnMemory(name, memory)));
  return found.filter((verdict) => verdict !== undefined);
}

const memoryNames = (memory: readonly MemoryResult[]): readonly string[] => [
  ...new Set(memory.map(({ workload }) => workload.name)),
];

function verdictOfBlock(name: string, summaries: readonly Summary[]): Verdict | undefined {
  const of = (system: string): Summary | undefined =>
    summaries.find((summary) => summary.workload === name && summary.system === system);
  return verdictOn(name, of("meerkat"), of("zookeeper"));
}

function workloadBlock(name: string, summaries: readonly Summary[]): string {
  const [first] = summaries;
  const shape = `${first?.connections} x ${first?.window} in flight`;
  const row = (label: string, figure: (summary: Summary) => string): string =>
    columns(`  ${label}`, summaries.map(figure));
  const lines = [
    `${name}: ${workloadOf(name).describe}, ${shape}`,
    columns(
      "",
      summaries.map(({ system }) => system),
    ),
    row("per second", (summary) => whole(summary.perSecond)),
    row("slowest to fastest round", ({ perSecondRange }) => perSecondRange.map(whole).join(" - ")),
    row("latency ms, p50 / p99", ({ p50Ms, p99Ms }) => `${ms(p50Ms)} / ${ms(p99Ms)}`),
    row("CPU us per operation", ({ allUsPerOp }) => micros(allUsPerOp)),
  ];
  for (const group of new Set(summaries.flatMap(({ usPerOp }) => Object.keys(usPerOp)))) {
    lines.push(row(`  ${group}`, ({ usPerOp }) => micros(usPerOp[group])));
  }
  lines.push(
    row("  load generator", ({ generatorUsPerOp }) => micros(generatorUsPerOp)),
    row("seconds until quiet, their CPU", settling),
    row("cores used", ({ cores }) => cores.toFixed(2)),
    row("  load generator", ({ generatorCores }) => generatorCores.toFixed(2)),
    row("  the system without load", ({ idleCores }) => idleCores.toFixed(2)),
    row("  others on this machine", ({ otherCores }) => disturbance(otherCores)),
  );
  return [...lines, ...verdictLine(verdictOfBlock(name, summaries))].join("\n");
}

function memoryBlock(name: string, memory: readonly MemoryResult[]): string {
  const results = memory.filter(({ workload }) => workload.name === name);
  const lines = results.flatMap(({ system, count, bytesEach }) => [
    `  ${system}, ${count} more`,
    ...Object.entries(bytesEach).map(([process, bytes]) =>
      columns(`    ${process}`, [whole(bytes)]),
    ),
  ]);
  const title = `${name}: bytes in use per ${results[0]?.workload.of}, after a collection`;
  return [title, ...lines, ...verdictLine(verdictOnMemory(name, memory))].join("\n");
}

function verdictLine(verdict: Verdict | undefined): string[] {
  if (verdict === undefined) return [];
  const { ratio, expected, isReached } = verdict;
  const outcome = isReached ? "reached" : "NOT reached";
  return [
    `${columns("  meerkat : zookeeper", [`${ratio.toFixed(2)} x`])}  ${expected}: ${outcome}`,
  ];
}

function columns(label: string, cells: readonly string[]): string {
  return label.padEnd(LABEL_WIDTH) + cells.map((cell) => cell.padStart(COLUMN_WIDTH)).join("");
}

const settling = ({ settleSeconds, settleCpuSeconds }: Summary): string =>
  `${settleSeconds.toFixed(1)} / ${settleCpuSeconds.toFixed(1)}`;
const whole = (value: number): string => String(Math.round(value));
const perSecond = (value: number): string => `${whole(value)}/s`;
const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
const micros = (value: number | undefined): string =>
  value === undefined ? "" : value.toFixed(value < 10 ? 2 : 1);
const disturbance = (cores: number): string =>
  `${cores.toFixed(2)}${cores > DISTURBED_CORES ? " (!)" : ""}`;
