/** `PROPERTY_RUNS=50 npx vitest run` looks fifty times as long. */
const factor = Number(process.env.PROPERTY_RUNS ?? "1");

export function runsOf(numRuns: number): { readonly numRuns: number } {
  return { numRuns: Math.ceil(numRuns * factor) };
}

/** No time limit but the runs asked for. */
export const PROPERTY_TIMEOUT_MS = 60_000 * Math.max(1, factor);
