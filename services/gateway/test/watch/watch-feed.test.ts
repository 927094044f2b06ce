import { END_OF_TXN } from "@meerkat/watch-events";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithin } from "../../src/watch/topic.ts";
import { idText, Stage } from "./stage.ts";

const endOf = (zxid: number) => ({ zxid, index: END_OF_TXN });

describe("what is told", () => {
  it("is told only once its batch proved sound", () => {
    const stage = new Stage();
    const outlet = stage.watch("/a");
    stage.change("/a", 1);
    stage.settle();
    expect(outlet.ids).toEqual([]);
    stage.feed.onSettled(1);
    stage.settle();
    expect(outlet.ids).toEqual([idText(1)]);
  });

  it("is never told when the batch was not sound", () => {
    const stage = new Stage();
    const outlet = stage.watch("/a");
    stage.txn(1, "/a");
    stage.change("/a", 2);
    stage.feed.onTreeLost();
    // The tree is built anew, from the beginning, and another txn 2 comes.
    stage.txn(1, "/a");
    stage.txn(2, "/b");
    stage.txn(3, "/a");
    stage.settle();
    expect(outlet.isEnded).toBe(false);
    expect(outlet.ids).toEqual([idText(1), idText(3)]);
  });

  it("counts the changes of a txn, whatever part of it somebody watches", () => {
    const stage = new Stage();
    const outlet = stage.watch("/b");
    stage.txn(1, "/a", "/b", "/c", "/b");
    stage.txn(2, "/b");
    stage.settle();
    expect(outlet.ids).toEqual([idText(1, 1), idText(1, 3), idText(2, 0)]);
  });
});

describe("a tree that was replaced by a snapshot", () => {
  it("ends the streams that missed something, and says from where to go on", () => {
    const stage = new Stage();
    const [busy, idle] = [stage.watch("/a"), stage.watch("/b")];
    stage.txn(1, "/a");
    stage.settle();
    stage.txn(2, "/a");
    Object.defineProperty(stage.tree, "consistentFrom", { value: 9 });
    stage.feed.onTreeLost();
    for (const outlet of [busy, idle]) {
      expect(outlet.isEnded).toBe(true);
      expect(outlet.text).toContain("event: gap");
    }
    // What was told last; who has nothing before him stood behind txn 2 already.
    expect([busy.lastId, idle.lastId]).toEqual([idText(1), idText(2, END_OF_TXN)]);
    expect(stage.feed.covers(endOf(8))).toBe(false);
    expect(stage.feed.covers(endOf(9))).toBe(true);
  });

  it("tells nothing of what is replayed over it", () => {
    const stage = new Stage();
    Object.defineProperty(stage.tree, "consistentFrom", { value: 5 });
    stage.feed.onTreeLost();
    stage.feed.onSettled(3);
    for (const zxid of [4, 5, 6]) stage.txn(zxid, "/a");
    const outlet = stage.watch("/a", { after: endOf(5) });
    stage.settle();
    expect(outlet.ids).toEqual([idText(6)]);
  });
});

describe("a slow subscriber", () => {
  it("gets no more than one write at a time, and then all that it missed", () => {
    const stage = new Stage({ writeBytesMax: 600 });
    const outlet = stage.watch("/a");
    outlet.take();
    for (let zxid = 1; zxid <= 20; zxid += 1) stage.txn(zxid, "/a");
    stage.turn();
    const first = outlet.ids.length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(4);
    stage.turn();
    expect(outlet.ids).toHaveLength(first);
    stage.settle();
    expect(outlet.ids).toEqual(Array.from({ length: 20 }, (_, i) => idText(i + 1)));
  });

  it("is ended when the next events are forgotten, with the id to go on from", () => {
    const stage = new Stage();
    const outlet = stage.watch("/a");
    outlet.take();
    for (let zxid = 1; zxid <= 100; zxid += 1) {
      stage.txn(zxid, "/a");
      stage.turn();
    }
    outlet.take();
    stage.turn();
    expect(outlet.isEnded).toBe(true);
    expect(outlet.text).toContain("event: slow");
    expect(outlet.lastId).toBe(outlet.ids.at(-1));
    expect(stage.feed.counters.ended.slow).toBe(1);
    expect(stage.feed.subscriberCount).toBe(0);
  });

  it("does not end because others are busy: it has missed nothing", () => {
    const stage = new Stage();
    const outlet = stage.watch("/quiet");
    for (let zxid = 1; zxid <= 1_000; zxid += 1) stage.txn(zxid, "/busy");
    stage.txn(1_001, "/quiet");
    stage.settle();
    expect(outlet.ids).toEqual([idText(1_001)]);
  });
});

describe("the fan-out", () => {
  it("holds the event loop for a slice at a time", () => {
    const stage = new Stage({ sliceMs: 4 });
    stage.msPerLook = 1;
    const outlets = Array.from({ length: 40 }, () => stage.watch("/a"));
    for (const outlet of outlets) outlet.take();
    stage.txn(1, "/a");
    const toldAfter = () => {
      stage.turn();
      return outlets.filter(({ ids }) => ids.length === 1).length;
    };
    expect([toldAfter(), toldAfter(), toldAfter()]).toEqual([4, 8, 12]);
    stage.settle();
    expect(outlets.every(({ ids }) => ids.length === 1)).toBe(true);
  });

  it("encodes a change once for all who may see the same of it", () => {
    const stage = new Stage();
    const before = stage.feed.recentBytes;
    for (let i = 0; i < 100; i += 1) stage.watch("/", { recursive: true });
    stage.watch("/a");
    stage.settle();
    stage.txn(1, "/a");
    stage.settle();
    const bytes = stage.feed.recentBytes - before;
    expect(bytes).toBeGreaterThan(100);
    expect(bytes).toBeLessThan(1_000);
  });
});

const PATHS = ["/", "/a", "/a/b", "/a/b/c", "/ab", "/d"];

it("tells everybody exactly what happened behind his place, whenever he comes", () => {
  const txns = fc.array(fc.array(fc.constantFrom(...PATHS), { maxLength: 4 }), { maxLength: 30 });
  const watches = fc.array(
    fc.record({
      path: fc.constantFrom(...PATHS),
      recursive: fc.boolean(),
      comesAt: fc.nat({ max: 30 }),
      back: fc.nat({ max: 5 }),
      index: fc.nat({ max: 3 }),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(txns, watches, fc.boolean(), (all, planned, settles) => {
      const stage = new Stage({ writeBytesMax: 500, recentChangesMax: 128 });
      const open = new Map<(typeof planned)[number], ReturnType<Stage["watch"]>>();
      const join = (zxid: number) => {
        for (const plan of planned.filter(({ comesAt }) => comesAt === zxid)) {
          const { path, recursive, back, index } = plan;
          const from = Math.max(0, zxid - back);
          const after = from === 0 ? endOf(0) : { zxid: from, index };
          open.set(plan, stage.watch(path, { recursive, after }));
        }
      };
      join(0);
      for (const [i, paths] of all.entries()) {
        stage.txn(i + 1, ...paths);
        if (settles) stage.settle();
        join(i + 1);
      }
      stage.settle();
      for (const [plan, { ids }] of open) {
        const from = Math.max(0, plan.comesAt - plan.back);
        const expected = all.flatMap((paths, i) =>
          paths.flatMap((path, index) => {
            const zxid = i + 1;
            const isBehind = zxid > from || (zxid === from && index > plan.index);
            return isBehind && isWithin(plan, path) ? [idText(zxid, index)] : [];
          }),
        );
        expect(ids).toEqual(expected);
      }
    }),
    { numRuns: 300 },
  );
});
