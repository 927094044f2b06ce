import { expect, it } from "vitest";
import { type Sampling, type SpanSink, Tracer } from "../../src/index.ts";

const NOWHERE: SpanSink = { isFull: false, add: () => undefined };
const ALL: Sampling = { ratio: 1, parentBased: true, slowMs: 100, tracesPerSecondMax: 1_000_000 };

/** A small generator (mulberry32), so that a failure comes again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shareOf(ratio: number, requests: number): number {
  const tracer = new Tracer({ ...ALL, ratio }, NOWHERE, seeded(7));
  let sampled = 0;
  for (let n = 0; n < requests; n += 1) if (tracer.samplesRoot(0)) sampled += 1;
  return sampled / requests;
}

it("samples the share that it is told", () => {
  expect(shareOf(0, 100_000)).toBe(0);
  expect(shareOf(1, 1_000)).toBe(1);
  expect(shareOf(0.01, 1_000_000)).toBeCloseTo(0.01, 3);
  expect(shareOf(0.5, 100_000)).toBeCloseTo(0.5, 2);
});

it("does as the parent says, where it is asked to", () => {
  const parent = { traceId: "a".repeat(32), spanId: "b".repeat(16), sampled: false };
  const none = new Tracer({ ...ALL, ratio: 0 }, NOWHERE);
  const all = new Tracer(ALL, NOWHERE);
  expect(none.samples({ ...parent, sampled: true }, 0)).toBe(true);
  expect(all.samples(parent, 0)).toBe(false);
  expect(all.samples(undefined, 0)).toBe(true);
  const deaf = new Tracer({ ...ALL, parentBased: false }, NOWHERE);
  expect(deaf.samples(parent, 0)).toBe(true);
});

it("begins so many traces in a second and no more, and late ones have a bound of their own", () => {
  const tracer = new Tracer({ ...ALL, tracesPerSecondMax: 3 }, NOWHERE);
  const begun = (nowMs: number) =>
    Array.from({ length: 10 }, () => tracer.samplesRoot(nowMs)).filter(Boolean).length;
  expect(begun(5_000)).toBe(3);
  expect(begun(5_999)).toBe(0);
  expect(begun(6_000)).toBe(3);
  expect(tracer.samplesLate(6_001)).toBe(true);
});

it("names spans of one trace, each its own", () => {
  const tracer = new Tracer(ALL, NOWHERE);
  const root = tracer.newContext();
  const contexts = Array.from({ length: 2_000 }, () => tracer.newContext(root));
  expect(root.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(root.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set(contexts.map(({ traceId }) => traceId))).toEqual(new Set([root.traceId]));
  expect(new Set(contexts.map(({ spanId }) => spanId)).size).toBe(2_000);
});
