import { describe, expect, it } from "vitest";
import { checkSources } from "../src/check-repository.ts";
import { checkManifests } from "../src/manifests.ts";
import { parseSource } from "../src/source-file.ts";

const check = (path: string, text: string): string[] =>
  checkSources([parseSource(path, text)]).map(({ message }) => message);

describe("a rule that is broken is reported", () => {
  it.each([
    [
      "libs/zab/src/a.ts",
      'import { x } from "@meerkat/tree";',
      "libs/zab may not import @meerkat/tree",
    ],
    ["services/gateway/src/a.ts", 'import { x } from "@meerkat/replica";', "may not import"],
    ["services/gateway/src/a.ts", 'import { x } from "../../replica/src/b.ts";', "another package"],
    ["libs/unknown/src/a.ts", "", "no row"],
    ["libs/tree/src/a.ts", "const now = Date.now();", "Date in a pure package"],
    ["libs/zab/src/a.ts", 'import { readFileSync } from "node:fs";', "node:fs in a pure package"],
    ["libs/jute/src/a.ts", "export async function f() {}", "async in a pure package"],
    ["services/replica/src/a.ts", "const x = process.env.X;", "process.env"],
    [
      "services/replica/src/replica.ts",
      'import D from "better-sqlite3";',
      "may be known only within",
    ],
    ["libs/zab/src/a.ts", "x;\n".repeat(401), "401 lines"],
    ["libs/zab/test/a.test.ts", "it.only('x', f);", "it.only left behind"],
  ])("%s: %s", (path, text, message) => {
    expect(check(path, text).join("\n")).toContain(message);
  });

  it("an import cycle", () => {
    const files = [
      parseSource("libs/zab/src/a.ts", 'import { b } from "./b.ts";'),
      parseSource("libs/zab/src/b.ts", 'import { a } from "./a.ts";'),
    ];
    expect(checkSources(files)[0]?.message).toContain("import cycle");
  });

  it("a dependency that is no arrow, and one that is not pinned", () => {
    const dependencies = { "@meerkat/zab": "*", pino: "^10.0.0" };
    const messages = checkManifests([{ folder: "libs/tree", dependencies }]).map((p) => p.message);
    expect(messages.join("\n")).toMatch(/not an arrow[\s\S]*not pinned/);
  });
});

describe("what is allowed is not reported", () => {
  it.each([
    ["services/replica/src/config.ts", "const x = process.env.X;"],
    ["services/replica/src/storage/a.ts", 'import D from "better-sqlite3";'],
    ["libs/zab/src/a.ts", "// A Date in a comment, a Promise in prose.\n"],
    ["libs/zab/src/a.ts", 'const text = "process";'],
    ["libs/zab/test/a.test.ts", 'import { runScripts } from "@meerkat/datadriven";'],
    ["libs/tree/src/a.ts", 'import { Reader } from "@meerkat/jute";'],
  ])("%s: %s", (path, text) => {
    expect(check(path, text)).toEqual([]);
  });

  it("a ring of types", () => {
    const files = [
      parseSource("libs/zab/src/a.ts", 'import type { B } from "./b.ts";'),
      parseSource("libs/zab/src/b.ts", 'import { a } from "./a.ts";'),
    ];
    expect(checkSources(files)).toEqual([]);
  });
});
