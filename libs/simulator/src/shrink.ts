import type { Fault } from "./faults.ts";
import type { Options } from "./options.ts";
import { type Outcome, type RunSettings, run } from "./run.ts";

export interface ShrinkOptions {
  readonly settings: RunSettings;
  /** Runs that may be spent. */
  readonly attemptsMax: number;
}

/**
 * Looks for a smaller run that breaks the same promise: it ends where the failure was, has fewer
 * faults, servers and clients, and a network as good as possible. Every step is tried on its own,
 * kept when the failure stays, and all are tried again as long as any of them helped.
 */
export function shrink(failing: Outcome, { settings, attemptsMax }: ShrinkOptions): Outcome {
  let best = failing;
  let attempts = 0;
  const keepIfFailing = (options: Options): boolean => {
    if (attempts >= attemptsMax) return false;
    attempts++;
    const outcome = run(options, settings);
    if (outcome.failure?.checker !== failing.failure?.checker) return false;
    if (outcome.steps > best.steps * 1.5) return false;
    best = outcome;
    return true;
  };
  for (let helped = true; helped && attempts < attemptsMax; ) {
    helped = shrinkFaults(best.options, keepIfFailing);
    for (const simpler of SIMPLIFICATIONS) {
      const options = simpler(best.options, best);
      if (options !== undefined && keepIfFailing(options)) helped = true;
    }
  }
  return best;
}

/** Drops faults, first in halves, then in smaller and smaller parts. */
function shrinkFaults(options: Options, keepIfFailing: (options: Options) => boolean): boolean {
  let faults: readonly Fault[] = options.faults;
  let helped = false;
  for (let size = Math.ceil(faults.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < faults.length; ) {
      const fewer = [...faults.slice(0, from), ...faults.slice(from + size)];
      if (keepIfFailing({ ...options, faults: fewer })) {
        faults = fewer;
        helped = true;
      } else {
        from += size;
      }
    }
  }
  return helped;
}

type Simplification = (options: Options, best: Outcome) => Options | undefined;

const SIMPLIFICATIONS: readonly Simplification[] = [
  endAtFailure,
  (options) => withNetwork(options, "drop", 0),
  (options) => withNetwork(options, "duplicate", 0),
  (options) => withNetwork(options, "spike", 0),
  (options) => withNetwork(options, "ordered", "connection"),
  (options) => fewer(options, "observers", 0),
  (options) => fewer(options, "observers", 1),
  (options) => fewer(options, "clientsPerObserver", 1),
  (options) => fewer(options, "voters", options.voters - 2),
  (options) => fewer(options, "voters", options.voters - 1),
  (options) => (options.host.skew === 0 ? undefined : withHost(options, { skew: 0 })),
  (options) => (options.host.gatherUs === 0 ? undefined : withHost(options, { gatherUs: 0 })),
  (options) => (options.host.batchMax === 1 ? undefined : withHost(options, { batchMax: 1 })),
  (options) => (options.host.pipelined === 1 ? undefined : withHost(options, { pipelined: 1 })),
  (options) =>
    options.host.snapshotEveryTxns >= 1_000_000
      ? undefined
      : withHost(options, { snapshotEveryTxns: 1_000_000 }),
  (options) =>
    options.host.thinkMeanUs > 400_000
      ? undefined
      : withHost(options, { thinkMeanUs: options.host.thinkMeanUs * 2 }),
];

/** The phase with faults need not last longer than until the failure. */
function endAtFailure(options: Options, best: Outcome): Options | undefined {
  const atUs = best.failure?.atUs ?? options.safetyUs;
  const faults = options.faults.filter((fault) => fault.atUs <= atUs);
  if (atUs >= options.safetyUs || faults.length === options.faults.length) return undefined;
  return { ...options, faults };
}

function withNetwork<K extends keyof Options["network"]>(
  options: Options,
  name: K,
  value: Options["network"][K],
): Options | undefined {
  if (options.network[name] === value) return undefined;
  return { ...options, network: { ...options.network, [name]: value } };
}

function withHost(options: Options, change: Partial<Options["host"]>): Options {
  return { ...options, host: { ...options.host, ...change } };
}

function fewer(
  options: Options,
  name: "observers" | "clientsPerObserver" | "voters",
  count: number,
): Options | undefined {
  if (options[name] <= count || (name === "voters" && count < 1)) return undefined;
  return { ...options, [name]: count };
}
