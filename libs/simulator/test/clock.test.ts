import { expect, test } from "vitest";
import { Clock } from "../src/clock.ts";
import { Prng } from "../src/prng.ts";
import { Process } from "../src/process.ts";

test("events happen in the order of their times, and of being asked for at the same time", () => {
  const clock = new Clock();
  const prng = new Prng(1, "clock");
  const happened: { readonly timeUs: number; readonly order: number }[] = [];
  for (let order = 0; order < 500; order++) {
    const timeUs = prng.between(0, 50);
    clock.at(timeUs, () => happened.push({ timeUs: clock.nowUs, order }));
  }
  while (clock.step());
  const sorted = happened.toSorted((a, b) => a.timeUs - b.timeUs || a.order - b.order);
  expect(happened).toEqual(sorted);
  expect(happened.length).toBe(500);
});

test("what comes to a stopped process waits, its timer fires once, and a dead one hears nothing", () => {
  const clock = new Clock();
  const process = new Process();
  const heard: string[] = [];
  process.every(clock, 10, () => heard.push(`tick ${clock.nowUs}`));
  clock.at(12, () => process.pause());
  for (const timeUs of [15, 25, 35]) {
    clock.at(timeUs, () => process.enter(() => heard.push(`message of ${timeUs}`)));
  }
  clock.at(36, () => process.resume());
  clock.at(42, () => process.kill());
  clock.at(45, () => process.enter(() => heard.push("message to the dead")));
  while (clock.nowUs < 100 && clock.step());
  expect(heard).toEqual([
    "tick 10",
    "message of 15",
    "tick 36",
    "message of 25",
    "message of 35",
    "tick 40",
  ]);
});
