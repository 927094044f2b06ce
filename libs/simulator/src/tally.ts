import type { FaultKind } from "./faults.ts";

/** What a run did, for the summary: it shows that the seeds reach what they are meant to reach. */
export interface Tally {
  readonly faults: Partial<Record<FaultKind, number>>;
  /** Interesting moments by name: "TRUNC", "SNAP", "turnover" … */
  readonly marks: Record<string, number>;
}

export function newTally(): Tally {
  return { faults: {}, marks: {} };
}

export function mark(tally: Tally, name: string, count = 1): void {
  tally.marks[name] = (tally.marks[name] ?? 0) + count;
}

export function countFault(tally: Tally, kind: FaultKind, count = 1): void {
  if (count > 0) tally.faults[kind] = (tally.faults[kind] ?? 0) + count;
}

export function addTally(sum: Tally, part: Tally): void {
  for (const [name, count] of Object.entries(part.marks)) mark(sum, name, count);
  for (const [kind, count] of Object.entries(part.faults)) {
    countFault(sum, kind as FaultKind, count);
  }
}
