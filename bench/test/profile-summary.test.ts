import { expect, it } from "vitest";
import { summarise } from "../src/zookeeper/profile-summary.ts";

const frame = (functionName: string, url = "") => ({ functionName, url, lineNumber: 9 });
const FILE = "file:///somewhere/bench/libs/tree/src/tree.ts";

it("gives each function its own time and that of what it calls, recursion counted once", () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame("(root)"), children: [2, 5] },
      { id: 2, callFrame: frame("apply", FILE), children: [3] },
      { id: 3, callFrame: frame("apply", FILE), children: [4] },
      { id: 4, callFrame: frame("hash", FILE) },
      { id: 5, callFrame: frame("(idle)") },
    ],
    samples: [2, 3, 4, 5],
    timeDeltas: [0, 100, 200, 100, 600],
  };
  const lines = summarise(profile, 10).split("\n");
  expect(lines[0]).toContain("busy 0.00 s of 0.00 s");
  expect(lines).toContain("  75.0  100.0  apply  libs/tree/src/tree.ts:10");
  expect(lines).toContain("  25.0   25.0  hash  libs/tree/src/tree.ts:10");
  expect(lines).toContain(" 100.0  100.0  libs/tree/src/tree.ts");
  expect(lines.join("\n")).not.toContain("(idle)");
});
