import { runTables } from "@meerkat/datadriven";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isAtOrBelow } from "../src/path.ts";
import { QuotaTable } from "../src/quota/quota-table.ts";
import {
  formatLimits,
  formatUsage,
  NO_LIMITS,
  parseLimits,
  type Usage,
} from "../src/quota/quota-text.ts";

const limitsPath = (root: string) => `/zookeeper/quota${root}/zookeeper_limits`;
const statsPath = (root: string) => `/zookeeper/quota${root}/zookeeper_stats`;

runTables(`${import.meta.dirname}/tables/quota`, () => {
  let limits = new Map<string, string>();
  let usages = new Map<string, Usage>();
  let rowBefore = "";
  return ({ name, args }) => {
    const [first = "", second = "", third = ""] = args;
    const isNewCase = rowBefore === "change" && name !== "change";
    rowBefore = name;
    if (name === "limits" && args.length === 1) {
      const parsed = parseLimits(first);
      const { count, bytes, countHardLimit, byteHardLimit } = parsed;
      return [[count, bytes, countHardLimit, byteHardLimit].join(" "), formatLimits(parsed)];
    }
    if (isNewCase && name === "limits") {
      limits = new Map();
      usages = new Map();
    }
    if (name === "limits") limits.set(first, second);
    if (name === "usage") usages.set(first, { count: Number(second), bytes: Number(third) });
    if (name !== "change") return undefined;
    const quota = new QuotaTable({
      usageOf: (root) => usages.get(root) ?? { count: 0, bytes: 0 },
      writeStats: () => undefined,
    });
    for (const [root, text] of limits) quota.nodeCreated(limitsPath(root), text);
    const breach = quota.check(first, Number(second), Number(third));
    if (breach === undefined) return [];
    const { root, of, limit, value, hard } = breach;
    return [`${hard ? "hard" : "soft"} ${of} of ${root}: ${value} > ${limit}`];
  };
});

/** A tree that is only a map, with the quota table told of each change. */
class Nodes {
  readonly data = new Map<string, string | null>();
  readonly quota = new QuotaTable({
    usageOf: (root) => this.usageOf(root),
    writeStats: (path, text) => void this.data.set(path, text),
  });

  usageOf(root: string): Usage {
    const inside = [...this.data].filter(([path]) => isAtOrBelow(path, root));
    return {
      count: inside.length,
      bytes: inside.reduce((sum, [, data]) => sum + (data?.length ?? 0), 0),
    };
  }

  put(path: string, data: string | null): void {
    const before = this.data.get(path);
    this.data.set(path, data);
    if (before === undefined) this.quota.nodeCreated(path, data);
    else this.quota.dataChanged(path, before, data);
  }

  remove(path: string): void {
    const before = this.data.get(path);
    if (before === undefined) return;
    this.data.delete(path);
    this.quota.nodeDeleted(path, before);
  }

  /** The obvious answer: look at the tree. */
  expectedReport(): unknown[] {
    const roots = ["/a", "/a/b", "/ab"];
    return roots.flatMap((root) => {
      const limits = this.data.get(limitsPath(root));
      if (limits === undefined && !this.data.has(statsPath(root))) return [];
      return [{ root, usage: this.usageOf(root), limits: parseLimits(limits ?? null) }];
    });
  }
}

const anyPath = fc.constantFrom(
  ...["/a", "/a/b", "/a/b/c", "/a/x", "/ab", "/ab/x", "/c", "/zookeeper/quota/zookeeper_limits"],
  ...["/a", "/a/b", "/ab", "/zookeeper"].flatMap((root) => [limitsPath(root), statsPath(root)]),
);
const anyData = fc.constantFrom(null, "", "x", "xxxxx", "count=3,bytes=7", "count=,");

test("whatever happens, the usage is what the tree holds", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyPath, fc.option(anyData))), (steps) => {
      const nodes = new Nodes();
      for (const [path, data] of steps) {
        if (data === null && path.length % 2 === 0) nodes.remove(path);
        else nodes.put(path, data);
        const report = nodes.quota.report().sort((a, b) => (a.root < b.root ? -1 : 1));
        expect(report).toEqual(nodes.expectedReport());
        for (const { root, usage } of report) {
          const text = nodes.data.get(statsPath(root));
          if (text !== undefined) expect(text).toBe(formatUsage(usage));
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("a statistics node is rewritten in place", () => {
  const nodes = new Nodes();
  nodes.put("/a", "1234");
  nodes.put(limitsPath("/a"), "count=9,bytes=9");
  nodes.put(statsPath("/a"), "whatever the client wrote");
  expect(nodes.data.get(statsPath("/a"))).toBe("count=1,bytes=4");
  nodes.put("/a/b", "56");
  expect(nodes.data.get(statsPath("/a"))).toBe("count=2,bytes=6");
  nodes.remove(limitsPath("/a"));
  nodes.remove("/a/b");
  expect(nodes.data.get(statsPath("/a"))).toBe("count=1,bytes=4");
});

test("no text makes reading limits throw", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const limits = parseLimits(text);
      expect(parseLimits(formatLimits(limits))).toEqual(limits);
    }),
  );
  expect(parseLimits(`${",".repeat(2_000_000)}count=1`)).toBe(NO_LIMITS);
});
