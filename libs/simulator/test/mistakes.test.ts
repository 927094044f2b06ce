import { expect, test } from "vitest";
import { drawOptions, MISTAKES, run } from "../src/index.ts";

/** The rarest of them is found by about two seeds in a hundred. */
const SEEDS_MAX = 400;

test.each(MISTAKES)("%s is found", (mistake) => {
  let found: string | undefined;
  for (let seed = 1; seed <= SEEDS_MAX && found === undefined; seed++) {
    found = run(drawOptions(seed), { mistake }).failure?.checker;
  }
  expect(found).toBeDefined();
});
