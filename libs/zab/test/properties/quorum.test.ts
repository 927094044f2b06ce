import fc from "fast-check";
import { expect, test } from "vitest";
import type { ServerId } from "../../src/index.ts";
import { Majority } from "../../src/quorum/majority.ts";

const values = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 9 });

/** The definition, taken literally: try every value that somebody has reached. */
function obviousWatermark(reached: readonly number[]): number {
  const size = Math.floor(reached.length / 2) + 1;
  const reachedByQuorum = (value: number) => reached.filter((one) => one >= value).length >= size;
  return Math.max(0, ...reached.filter(reachedByQuorum));
}

test("the watermark is the largest value that a majority has reached", () => {
  fc.assert(
    fc.property(values, (reached) => {
      const quorum = new Majority(reached.map((_, i) => (i + 1) as ServerId));
      const watermark = quorum.watermark((voter) => reached[voter - 1] ?? 0);
      expect(watermark).toBe(obviousWatermark(reached));
    }),
    { numRuns: 2000 },
  );
});

test("any two quorums share a voter", () => {
  for (let voters = 1; voters <= 7; voters++) {
    const quorum = new Majority(Array.from({ length: voters }, (_, i) => (i + 1) as ServerId));
    const sets = Array.from({ length: 2 ** voters }, (_, bits) => bits);
    const quorums = sets.filter((bits) => quorum.contains((id) => ((bits >> (id - 1)) & 1) === 1));
    for (const one of quorums) for (const other of quorums) expect(one & other).not.toBe(0);
  }
});

test("contains and watermark tell the same", () => {
  fc.assert(
    fc.property(values, fc.nat({ max: 9 }), (reached, value) => {
      const quorum = new Majority(reached.map((_, i) => (i + 1) as ServerId));
      const reachedBy = (voter: ServerId) => reached[voter - 1] ?? 0;
      const contains = quorum.contains((voter) => reachedBy(voter) >= value);
      expect(contains).toBe(quorum.watermark(reachedBy) >= value);
    }),
  );
});
