import type { Incarnation, ServerId } from "@meerkat/zab";
import { expect, test } from "vitest";
import { IncarnationFilter } from "../src/incarnation-filter.ts";
import { newIncarnation } from "../src/index.ts";

const sender = 1 as ServerId;

test("the newest run of a sender counts, until it was silent for long", () => {
  let nowMs = 0;
  const filter = new IncarnationFilter(() => nowMs);
  const admits = (incarnation: number) => filter.admits(sender, incarnation as Incarnation);
  expect([admits(5), admits(7), admits(6), admits(7)]).toEqual([true, true, false, true]);
  nowMs = 4_999;
  expect([admits(6), admits(7)]).toEqual([false, true]);
  // The clock was set back before a restart: the new run has the smaller number.
  nowMs = 9_998;
  expect(admits(6)).toBe(false);
  nowMs = 9_999;
  expect([admits(6), admits(6)]).toEqual([true, true]);
});

test("incarnations grow with time and stay exact", () => {
  const [now, later] = [newIncarnation(1_800_000_000_000.7), newIncarnation(1_800_000_000_001)];
  expect(later).toBeGreaterThan(now);
  expect(Number.isSafeInteger(later)).toBe(true);
});
