import { expect, test } from "vitest";
import { drawOptions, type Outcome, run, shrink } from "../src/index.ts";

const MISTAKE = "ack-before-persist";

function firstFailing(): Outcome {
  for (let seed = 1; seed <= 200; seed++) {
    const outcome = run(drawOptions(seed), { mistake: MISTAKE });
    if (outcome.failure !== undefined && outcome.options.faults.length > 3) return outcome;
  }
  throw new Error("no seed found the mistake");
}

test("a failing run is made smaller, and still fails in the same way", () => {
  const failing = firstFailing();
  const small = shrink(failing, { settings: { mistake: MISTAKE }, attemptsMax: 80 });
  expect(small.failure?.checker).toBe(failing.failure?.checker);
  expect(small.options.faults.length).toBeLessThan(failing.options.faults.length);
  expect(run(small.options, { mistake: MISTAKE }).transcript.hash).toBe(small.transcript.hash);
});
