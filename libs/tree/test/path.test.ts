import { runTables } from "@meerkat/datadriven";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  childPath,
  formatSequence,
  hasParentPath,
  isAtOrBelow,
  isBuiltIn,
  isValidPath,
  nameOf,
  parentOf,
  pathProblem,
} from "../src/path.ts";

function unescaped(text: string): string {
  return text.replaceAll(/\\u(....)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

runTables(`${import.meta.dirname}/tables/path`, () => ({ name, args }) => {
  const path = unescaped(args[0] ?? "");
  if (name === "path") return [String(isValidPath(path)), pathProblem(path) ?? ""];
  if (name === "sequence") return [formatSequence(Number(args[0]))];
  if (name === "below") return [String(isAtOrBelow(path, args[1] ?? ""))];
  return [parentOf(path), JSON.stringify(nameOf(path)), String(hasParentPath(path))];
});

const anyPath = fc
  .array(
    fc.oneof(
      fc.constantFrom("/", "/", ".", "a", "\0", "\x7f", "\ud800", "\uffef", "\ufff0", "\u00a0"),
      fc.string({ unit: "binary", maxLength: 2 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

test("the one-pass check agrees with the one that explains", () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      expect(isValidPath(path)).toBe(pathProblem(path) === undefined);
      const rooted = `/${path}`;
      expect(isValidPath(rooted)).toBe(pathProblem(rooted) === undefined);
    }),
    { numRuns: 2000 },
  );
});

test("a valid path is its parent and its name", () => {
  fc.assert(
    fc.property(anyPath, (text) => {
      const path = `/${text}`;
      fc.pre(isValidPath(path) && path !== "/");
      expect(childPath(parentOf(path), nameOf(path))).toBe(path);
      expect(isAtOrBelow(path, parentOf(path))).toBe(true);
    }),
  );
});

test("four nodes are built in", () => {
  for (const path of ["/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"]) {
    expect(isBuiltIn(path)).toBe(true);
  }
  expect(isBuiltIn("/zookeeper/quota/a")).toBe(false);
});
