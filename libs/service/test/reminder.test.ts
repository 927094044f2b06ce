import { expect, it } from "vitest";
import { Reminder } from "../src/index.ts";

const SECONDS = [0.5, 1, 2, 9, 10, 59, 60, 300, 659, 660, 700, 1260];

it("tells after a second, ten, a minute, and then every ten minutes", () => {
  const reminder = new Reminder();
  const told = SECONDS.filter((seconds) => reminder.isDue(seconds * 1_000));
  expect(told).toEqual([1, 10, 60, 660, 1260]);
});

it("tells once for moments that were slept through, and anew after a reset", () => {
  const reminder = new Reminder();
  expect(reminder.isDue(30_000)).toBe(true);
  expect(reminder.isDue(31_000)).toBe(false);
  reminder.reset();
  expect(reminder.isDue(1_000)).toBe(true);
});
