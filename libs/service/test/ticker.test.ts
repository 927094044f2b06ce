import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Ticker } from "../src/index.ts";

const TICK_MS = 50;

let quiet: number;
let counted: number[];
let ticker: Ticker;

beforeEach(() => {
  vi.useFakeTimers();
  quiet = 0;
  counted = [];
  ticker = new Ticker({
    tickTimeMs: TICK_MS,
    onTicks: (count) => counted.push(count),
    quietTicks: () => quiet,
  });
});

afterEach(() => {
  ticker.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function event(): void {
  ticker.catchUp();
  ticker.plan();
}

test("every tick is counted when none is quiet", () => {
  ticker.start();
  vi.advanceTimersByTime(4 * TICK_MS);
  expect(counted).toEqual([1, 1, 1, 1]);
});

test("quiet ticks are slept through, and counted with the next one", () => {
  quiet = 3;
  ticker.start();
  vi.advanceTimersByTime(4 * TICK_MS - 1);
  expect(counted).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(counted).toEqual([4]);
});

test("an event finds the ticks counted that have passed, and their moments do not shift", () => {
  quiet = 3;
  ticker.start();
  vi.advanceTimersByTime(2.4 * TICK_MS);
  event();
  expect(counted).toEqual([2]);
  quiet = 0;
  event();
  vi.advanceTimersByTime(0.6 * TICK_MS);
  expect(counted).toEqual([2, 1]);
});

test("work that comes up while it sleeps is met by the next tick", () => {
  quiet = 100;
  ticker.start();
  vi.advanceTimersByTime(10.5 * TICK_MS);
  quiet = 0;
  ticker.wake();
  expect(counted).toEqual([10]);
  vi.advanceTimersByTime(0.5 * TICK_MS);
  expect(counted).toEqual([10, 1]);
});

test("time in which the process did not run is not counted", () => {
  ticker.start();
  stopFor(20 * TICK_MS);
  event();
  expect(counted).toEqual([1]);
});

test("what a sleep was late by is not counted, nor the sleep when the process stood still", () => {
  quiet = 3;
  ticker.start();
  stopFor(5 * TICK_MS);
  event();
  expect(counted).toEqual([4]);
  stopFor(20 * TICK_MS);
  event();
  expect(counted).toEqual([4, 1]);
});

test("nothing is counted once it is stopped", () => {
  ticker.start();
  ticker.stop();
  vi.advanceTimersByTime(10 * TICK_MS);
  event();
  vi.advanceTimersByTime(10 * TICK_MS);
  expect(counted).toEqual([]);
});

/** The clock goes on and no timer fires, as after SIGSTOP. */
function stopFor(ms: number): void {
  vi.spyOn(performance, "now").mockReturnValue(performance.now() + ms);
}
