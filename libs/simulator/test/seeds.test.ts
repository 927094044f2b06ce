import { expect, test } from "vitest";
import { drawOptions, run } from "../src/index.ts";

const GROUPS = 10;
const SEEDS_PER_GROUP = 30;

const groups = Array.from({ length: GROUPS }, (_, index) => ({
  from: 1 + index * SEEDS_PER_GROUP,
  to: (index + 1) * SEEDS_PER_GROUP,
}));

test.each(groups)("seeds $from to $to keep every promise", ({ from, to }) => {
  for (let seed = from; seed <= to; seed++) {
    const { failure } = run(drawOptions(seed));
    const report = failure && `npm run sim -- ${seed}: ${failure.checker}: ${failure.message}`;
    expect(report).toBeUndefined();
  }
});
