import { expect, test } from "vitest";
import { drawOptions, run } from "../src/index.ts";

const SEEDS = [3, 7, 20, 36];

test("the same seed gives the same transcript, whether it is recorded or not", () => {
  for (const seed of SEEDS) {
    const once = run(drawOptions(seed));
    const again = run(drawOptions(seed), { recording: true });
    expect(again.transcript.hash).toBe(once.transcript.hash);
    expect(again.steps).toBe(once.steps);
    expect(again.transcript.lineCount).toBeGreaterThan(100);
  }
});

test("other seeds give other transcripts", () => {
  const hashes = SEEDS.map((seed) => run(drawOptions(seed)).transcript.hash);
  expect(new Set(hashes).size).toBe(SEEDS.length);
});
