import { expect, test } from "vitest";
import { firstDifference } from "../src/histories.ts";
import { parseOptions } from "../src/options.ts";

test("reads every flag", () => {
  expect(parseOptions(["--no-build", "--keep", "--writers", "8", "--rounds", "3"])).toEqual({
    build: false,
    keep: true,
    writers: 8,
    rounds: 3,
  });
  expect(parseOptions(["--help"])).toBe("help");
});

test.each([[["--rounds", "0"]], [["--writers", "many"]], [["--colour"]]])("refuses %j", (args) => {
  expect(() => parseOptions(args)).toThrow(args[0]);
});

test("finds the first transaction that two logs do not share", () => {
  const log = ["0x1", "0x2", "0x3"].map((zxid) => ({ zxid }));
  expect(firstDifference([log, log, log])).toBeUndefined();
  expect(firstDifference([log, log.slice(0, 2)])).toMatch(/^transaction 3: 0x3 here, none there/);
  const other = [{ zxid: "0x1" }, { zxid: "0x2", body: { type: "noop" } }, { zxid: "0x3" }];
  expect(firstDifference([log, other])).toMatch(/^transaction 2/);
});
