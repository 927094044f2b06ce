/**
 * `MEERKAT_PROPERTY_RUNS=50 npx vitest run` looks fifty times as long, and elsewhere each time. Without it
 * the cases are always the same, so that a build fails only for what it changed.
 */
const factor = Number(process.env.MEERKAT_PROPERTY_RUNS ?? "0");
const SEED = 20_261_123;

export function runsOf(numRuns: number): { readonly numRuns: number; readonly seed?: number } {
  return factor > 0 ? { numRuns: Math.ceil(numRuns * factor) } : { numRuns, seed: SEED };
}

/** No time limit but the runs asked for. */
export const PROPERTY_TIMEOUT_MS = 60_000 * Math.max(1, factor);
