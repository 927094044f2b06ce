import { isDeepStrictEqual } from "node:util";
import type { Outcomes, Step } from "./step.ts";

/** One place where two servers were not alike. */
export interface Difference {
  readonly scenario: string;
  readonly step: string;
  readonly expected: string;
  readonly got: string;
}

/** Step by step; after a scenario's first difference its later steps still say what else differs. */
export function compare(expected: Outcomes, got: Outcomes): Difference[] {
  const names = new Set([...expected.keys(), ...got.keys()]);
  return [...names].flatMap((scenario) =>
    compareSteps(scenario, expected.get(scenario) ?? [], got.get(scenario) ?? []),
  );
}

function compareSteps(
  scenario: string,
  expected: readonly Step[],
  got: readonly Step[],
): Difference[] {
  const length = Math.max(expected.length, got.length);
  return Array.from({ length }, (_, i) => [expected[i], got[i]] as const).flatMap(
    ([want, have]): Difference[] => {
      if (isDeepStrictEqual(want, have)) return [];
      const step = want?.step ?? have?.step ?? "";
      return [{ scenario, step, expected: describe(want), got: describe(have, step) }];
    },
  );
}

function describe(step: Step | undefined, expectedName = step?.step): string {
  if (step === undefined) return "nothing";
  const outcome = JSON.stringify(step.outcome);
  return step.step === expectedName ? outcome : `${step.step}: ${outcome}`;
}

export function formatDifference({ scenario, step, expected, got }: Difference): string {
  return `${scenario} › ${step}\n    expected ${expected}\n    got      ${got}`;
}
