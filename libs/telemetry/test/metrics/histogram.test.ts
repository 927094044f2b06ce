import { expect, it } from "vitest";
import { Histogram } from "../../src/metrics/index.ts";

it("counts a value in the first bucket whose bound is not below it", () => {
  const histogram = new Histogram([1, 5, 10]);
  for (const value of [0, 1, 1.5, 5, 10, 10.1, 1_000]) histogram.add(value);
  expect([...histogram.counts]).toEqual([2, 2, 1, 2]);
  expect(histogram.count).toBe(7);
  expect(histogram.sum).toBeCloseTo(1_027.6);
});

it("has nothing before anything was added", () => {
  expect(new Histogram([1]).count).toBe(0);
  expect(new Histogram([1]).sum).toBe(0);
});
