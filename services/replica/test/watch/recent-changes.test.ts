import { Perms, WORLD_ANYONE } from "@meerkat/tree";
import { END_OF_TXN, type EventId } from "@meerkat/watch-events";
import { expect, it } from "vitest";
import { RecentChanges } from "../../src/watch/recent-changes.ts";
import { zxid } from "../storage/folder.ts";
import { create, isReadable, Rig, set } from "./rig.ts";

const BEGINNING: EventId = { zxid: 0, index: END_OF_TXN };
const SECRET = [{ perms: Perms.ALL & ~Perms.READ, id: WORLD_ANYONE }];
const idsOf = (recent: RecentChanges, after: EventId = BEGINNING, through = zxid(9, 9)) =>
  recent
    .after(after, through, 1_000)
    .map(({ event }) => `${event.zxid - zxid(1, 0)}-${event.index}`);

it("keeps changes as they were, whatever becomes of the znodes", () => {
  const rig = new Rig();
  rig.commit(
    { ...create("/a", "1"), acl: SECRET },
    { type: "multi", operations: [set("/a", "2"), create("/a/b"), set("/a", "3")] },
    { type: "delete", path: "/none", version: -1 },
    { type: "setAcl", path: "/a", acl: create("/a").acl, version: -1 },
    { type: "delete", path: "/a", version: -1, recursive: true },
  );
  const changes = rig.recent.after(BEGINNING, zxid(1, 9), 100);
  const told = changes.map(({ event, readable }) => {
    const { type, path, index, data, stat } = event;
    return [type, path, index, data, stat.version, stat.numChildren, stat.aversion, readable];
  });
  expect(told).toEqual([
    ["NodeCreated", "/a", 0, "1", 0, 0, 0, false],
    ["NodeDataChanged", "/a", 0, "2", 1, 0, 0, false],
    ["NodeCreated", "/a/b", 1, "x", 0, 0, 0, true],
    ["NodeDataChanged", "/a", 2, "3", 2, 1, 0, false],
    ["NodeAclChanged", "/a", 0, "3", 2, 1, 1, true],
    ["NodeDeleted", "/a/b", 0, "x", 0, 0, 0, true],
    ["NodeDeleted", "/a", 1, "3", 2, 0, 1, true],
  ]);
});

it("finds what comes behind a change, within what is committed", () => {
  const rig = new Rig();
  rig.commit(
    { type: "multi", operations: [create("/a"), create("/b"), create("/c")] },
    create("/d"),
  );
  expect(idsOf(rig.recent)).toEqual(["1-0", "1-1", "1-2", "2-0"]);
  expect(idsOf(rig.recent, { zxid: zxid(1, 1), index: 1 })).toEqual(["1-2", "2-0"]);
  expect(idsOf(rig.recent, { zxid: zxid(1, 1), index: END_OF_TXN })).toEqual(["2-0"]);
  expect(idsOf(rig.recent, BEGINNING, zxid(1, 1))).toEqual(["1-0", "1-1", "1-2"]);
});

it("forgets the oldest beyond its bounds, and knows how far it reaches back", () => {
  const rig = new Rig({ changesMax: 4 });
  for (const path of ["/a", "/b", "/c", "/d", "/e", "/f"]) rig.commit(create(path));
  expect(idsOf(rig.recent)).toEqual(["3-0", "4-0", "5-0", "6-0"]);
  expect(rig.recent.covers({ zxid: zxid(1, 2), index: 0 })).toBe(true);
  expect(rig.recent.covers({ zxid: zxid(1, 1), index: END_OF_TXN })).toBe(false);
  const tight = new RecentChanges({ changesMax: 10, bytesMax: 10, dataBytesMax: 5 }, isReadable);
  const tree = rig.delivery.tree;
  const txn = (n: number) => ({ zxid: zxid(2, n), time: 1, session: 0 });
  const node = tree.find("/a");
  if (node === undefined) throw new Error("/a is there");
  for (let n = 1; n <= 4; n += 1) tight.onChange("NodeDataChanged", "/abc", node, txn(n));
  expect(idsOf(tight)).toHaveLength(2);
  for (const path of ["/a-long-path", "/b", "/c"]) {
    tight.onChange("NodeDataChanged", path, node, txn(5));
  }
  const kept = tight.after(BEGINNING, zxid(2, 5), 10);
  expect(kept.map(({ event }) => event.index)).toEqual([1, 2]);
});

it("loses what was rolled back, and what a refused txn did", () => {
  const rig = new Rig();
  rig.commit(create("/a"), create("/b"), create("/c"));
  rig.recent.rollback(zxid(1, 2));
  expect(idsOf(rig.recent)).toEqual(["1-0", "2-0"]);
  rig.recent.rollback(zxid(1, 2));
  const txn = { origin: { gateway: 1, number: 1 }, session: 0, time: 1 };
  const body = { type: "error", code: -101, opIndex: 0, path: "", multi: false } as const;
  rig.recent.endTxn({ ...txn, body }, zxid(1, 2));
  expect(idsOf(rig.recent)).toEqual(["1-0"]);
});

it("keeps no data above the bound, and the trace that a txn came with", () => {
  const rig = new Rig();
  rig.commit(create("/a", "x".repeat(101)));
  rig.recent.endTxn(
    {
      origin: { gateway: 1, number: 1 },
      session: 0,
      time: 1,
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      body: { type: "noop" },
    },
    zxid(1, 1),
  );
  const [change] = rig.recent.after(BEGINNING, zxid(1, 9), 10);
  expect(change?.event.data).toBeUndefined();
  expect(change?.event.stat.dataLength).toBe(101);
  expect(change?.event.traceparent).toContain("4bf92f");
});
