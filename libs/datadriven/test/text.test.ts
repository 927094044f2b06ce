import { expect, test } from "vitest";
import { parseScript, renderScript } from "../src/script.ts";
import { parseTable, renderTable } from "../src/table.ts";

test("a script is rendered with its comments and the new outputs", () => {
  const script = parseScript("# why\ngo 1\n----\nold\nlines\n\nstop\n----\n\n# end\n");
  expect(script.blocks.map(({ command }) => command.line)).toEqual([2, 7]);
  expect(renderScript(script, ["new", "x\n\ny"])).toBe(
    "# why\ngo 1\n----\nnew\n\nstop\n----\nx\ny\n\n# end\n",
  );
});

test("a command without its separator is an error", () => {
  expect(() => parseScript("go 1\n")).toThrow('no ---- line follows the command "go 1"');
  expect(() => parseScript("# only\n----\n")).toThrow("line 1: a ---- without a command");
});

test("a table is rendered aligned, paragraph by paragraph", () => {
  const lines = parseTable("# op  n -> the sum  x\nadd 1 -> ?\n\nlonger 1 ->\n");
  const results = lines.map((line) => ("row" in line ? { ...line, result: ["10", "y z"] } : line));
  expect(renderTable(results)).toBe(
    "# op  n -> the sum  x\nadd   1 -> 10       y z\n\nlonger  1 -> 10  y z\n",
  );
});
