import type { Mistake } from "./mistakes.ts";
import type { Outcome } from "./run.ts";
import { addTally, newTally } from "./tally.ts";

const TAIL_LINES = 120;
const US_PER_HOUR = 3_600_000_000;

/** The sum of many runs. */
export class Summary {
  readonly tally = newTally();
  readonly failures: { readonly seed: number; readonly checker: string }[] = [];
  seeds = 0;
  steps = 0;
  simulatedUs = 0;
  committed = 0;
  readonly #recoveries: { readonly seed: number; readonly ticks: number }[] = [];
  readonly #startedMs = performance.now();

  add(outcome: Outcome): void {
    this.seeds++;
    this.steps += outcome.steps;
    this.simulatedUs += outcome.simulatedUs;
    this.committed += outcome.committed;
    addTally(this.tally, outcome.tally);
    if (outcome.failure === undefined) {
      this.#recoveries.push({ seed: outcome.options.seed, ticks: outcome.recoveryTicks });
      return;
    }
    this.failures.push({ seed: outcome.options.seed, checker: outcome.failure.checker });
  }

  /** How long healed ensembles needed, in ticks. */
  describeRecovery(): string {
    const sorted = this.#recoveries.toSorted((one, other) => one.ticks - other.ticks);
    const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))];
    const slowest = at(1);
    if (slowest === undefined) return "none";
    const ticks = [0.5, 0.99].map((part) => at(part)?.ticks.toFixed(0));
    const worst = `${slowest.ticks.toFixed(0)} (seed ${slowest.seed})`;
    return `median ${ticks[0]} ticks, p99 ${ticks[1]}, longest ${worst}`;
  }

  get elapsedS(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }
}

export function describeFailure(outcome: Outcome): string {
  const { options, failure, transcript } = outcome;
  return [
    ...transcript.tail(TAIL_LINES),
    "",
    `seed ${options.seed} breaks ${failure?.checker ?? "nothing"}: ${failure?.message ?? ""}`,
    describeOptions(outcome),
    `transcript ${transcript.hash}, ${transcript.lineCount} lines`,
  ].join("\n");
}

export function describeSummary(summary: Summary, mistake: Mistake | undefined): string {
  const { seeds, simulatedUs, steps, committed, tally, failures, elapsedS } = summary;
  const rate = (seeds / elapsedS).toFixed(1);
  const lines = [
    `${seeds} seeds, ${(simulatedUs / US_PER_HOUR).toFixed(2)} simulated hours, ${steps} steps, ` +
      `${committed} batches committed; ${elapsedS.toFixed(1)} s (${rate} seeds/s)`,
    `faults: ${describeCounts(tally.faults)}`,
    `reached: ${describeCounts(tally.marks)}`,
    `recovery after healing: ${summary.describeRecovery()}`,
  ];
  const byChecker: Record<string, number> = {};
  for (const { checker } of failures) byChecker[checker] = (byChecker[checker] ?? 0) + 1;
  if (mistake !== undefined) {
    lines.push(`${mistake}: ${failures.length} of ${seeds} seeds found it`);
    lines.push(`found by: ${describeCounts(byChecker)}`);
  } else if (failures.length > 0) {
    const named = failures.map(({ seed, checker }) => `${seed} (${checker})`).join(", ");
    lines.push(`FAILED: ${failures.length} seeds: ${named}`);
    lines.push(`broken: ${describeCounts(byChecker)}`);
  } else {
    lines.push("all promises held");
  }
  return lines.join("\n");
}

function describeOptions({ options }: Outcome): string {
  const { voters, observers, clientsPerObserver, election, network, disk, host, peer } = options;
  const plain = { voters, observers, clientsPerObserver, election, network, disk, host, peer };
  const faults = options.faults.map(
    ({ kind, atUs, lengthUs }) =>
      `${kind}@${(atUs / 1e6).toFixed(3)}+${(lengthUs / 1e6).toFixed(3)}`,
  );
  return `options ${JSON.stringify(plain)}\nfaults [${faults.join(" ")}]`;
}

function describeCounts(counts: Readonly<Record<string, number | undefined>>): string {
  const names = Object.keys(counts).sort();
  return names.map((name) => `${name} ${counts[name]}`).join(", ") || "none";
}
