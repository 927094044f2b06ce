import { expect, test } from "vitest";
import { parseArguments, UsageError } from "../src/arguments.ts";

test("one seed, or a range of them", () => {
  expect(parseArguments(["123"])).toMatchObject({ seeds: [123], shrinks: true });
  expect(parseArguments(["--count", "3", "--from", "7"])).toMatchObject({ seeds: [7, 8, 9] });
  expect(parseArguments(["5", "--nodes", "4", "--no-shrink"])).toMatchObject({
    seeds: [5],
    voters: 4,
    shrinks: false,
  });
  expect(parseArguments(["--help"])).toBe("help");
});

test.each([
  [[], "Which seed?"],
  [["x"], 'a seed must be a whole number, not "x"'],
  [["--count"], "--count must be a whole number"],
  [["1", "--mistake", "typo"], "--mistake must be one of ack-before-persist"],
])("%j is refused", (words, message) => {
  expect(() => parseArguments(words)).toThrow(UsageError);
  expect(() => parseArguments(words)).toThrow(message);
});
