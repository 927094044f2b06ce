import type { Prng } from "./prng.ts";

/** What can go wrong. The first group lasts all through a run, the second comes and goes. */
export const BACKGROUND_FAULTS = ["drop", "delay", "duplicate", "reorder"] as const;
export const PASSING_FAULTS = [
  "crash",
  "crash-leader",
  "power-loss",
  "wipe",
  "pause",
  "pause-leader",
  "partition",
  "one-way",
  "isolate-leader",
  "shift",
  "storm",
  "blackout",
  "slow-disk",
  "gateway-crash",
  "elector-crash",
] as const;
export type PassingFaultKind = (typeof PASSING_FAULTS)[number];
export type FaultKind = (typeof BACKGROUND_FAULTS)[number] | PassingFaultKind;

/**
 * One thing that goes wrong, drawn before the run starts. Whom it strikes is settled when it
 * happens, from `draws`, since it may depend on who leads by then. A list of these is easy to
 * shorten: what is left means the same without the others.
 */
export interface Fault {
  readonly kind: PassingFaultKind;
  readonly atUs: number;
  readonly lengthUs: number;
  /** Each in [0, 1). */
  readonly draws: readonly [number, number, number];
}

export interface DrawnFaults {
  readonly faults: readonly Fault[];
  readonly enabled: ReadonlySet<FaultKind>;
}

/** A subset of the kinds, at a pace drawn with them: some runs are calm, some are a battle. */
export function drawFaults(
  prng: Prng,
  { voters, safetyUs }: { voters: number; safetyUs: number },
): DrawnFaults {
  const passing = drawPassing(prng, voters);
  const share = prng.pick([0, 0.3, 0.6]);
  const background = BACKGROUND_FAULTS.filter(() => prng.chance(share));
  const meanGapUs = prng.pick([100_000, 200_000, 400_000]);
  const meanLengthUs = prng.pick([30_000, 200_000, 800_000, 1_500_000]);
  const faults: Fault[] = [];
  if (passing.length === 0) return { faults, enabled: new Set(background) };
  for (let atUs = prng.exponential(meanGapUs); atUs < safetyUs; ) {
    faults.push({
      kind: prng.pick(passing),
      atUs: Math.round(atUs),
      lengthUs: Math.round(prng.exponential(meanLengthUs)),
      draws: [prng.fraction(), prng.fraction(), prng.fraction()],
    });
    atUs += prng.exponential((meanGapUs * 3) / voters);
  }
  return { faults, enabled: new Set([...passing, ...background]) };
}

/** Splits that shift find the most when little else disturbs them. */
function drawPassing(prng: Prng, voters: number): PassingFaultKind[] {
  const shuffled = prng.shuffle(PASSING_FAULTS);
  if (voters >= 3 && prng.chance(0.45)) {
    return ["shift", ...shuffled.slice(0, prng.pick([0, 0, 0, 1, 2]))];
  }
  return shuffled.slice(0, prng.pick([0, 1, 2, 3, 4, 6, PASSING_FAULTS.length]));
}

/** How often each kind really happened; part of the summary. */
export type FaultCounts = Partial<Record<FaultKind, number>>;
