import { DataTree, OPEN_ACL_UNSAFE, type ReadonlyZnode, statOf } from "@meerkat/tree";
import { END_OF_TXN } from "@meerkat/watch-events";
import { expect, it } from "vitest";
import { ChangeRing } from "../../src/watch/change-ring.ts";

const ROOT = new DataTree().find("/") as ReadonlyZnode;
const endOf = (zxid: number) => ({ zxid, index: END_OF_TXN });

function append(ring: ChangeRing, path: string, zxid: number, session = 0): void {
  ring.append("NodeCreated", path, ROOT, { zxid, time: 1000 + zxid, session });
}

it("gives a change back as it was", () => {
  const ring = new ChangeRing({ changesMax: 16, bytesMax: 10_000 });
  append(ring, "/a", 2 ** 32 + 1, 2 ** 33 + 7);
  ring.settle(2 ** 32 + 1);
  expect(ring.at(0)).toEqual({
    ...{ type: "NodeCreated", path: "/a", zxid: 2 ** 32 + 1, index: 0 },
    ...{ time: 1000 + 2 ** 32 + 1, session: 2 ** 33 + 7 },
    ...{ stat: statOf(ROOT), data: "", acl: OPEN_ACL_UNSAFE },
  });
});

it("forgets the oldest changes, one by one, and knows behind which none is missing", () => {
  const ring = new ChangeRing({ changesMax: 16, bytesMax: 10_000 });
  expect(ring.floor).toEqual(endOf(0));
  for (let i = 0; i < 20; i += 1) append(ring, "/a", 7);
  ring.settle(7);
  expect([ring.start, ring.end]).toEqual([4, 20]);
  expect(ring.floor).toEqual({ zxid: 7, index: 3 });
  expect(ring.covers({ zxid: 7, index: 3 })).toBe(true);
  expect(ring.covers({ zxid: 7, index: 2 })).toBe(false);
  expect(ring.idAt(4)).toEqual({ zxid: 7, index: 4 });
  expect(ring.firstAfter({ zxid: 7, index: 10 })).toBe(11);
  expect(ring.firstAfter(endOf(7))).toBe(20);
});

it("is bounded in bytes, even by a change that is too large alone", () => {
  const ring = new ChangeRing({ changesMax: 16, bytesMax: 100 });
  append(ring, `/${"x".repeat(60)}`, 1);
  append(ring, `/${"y".repeat(60)}`, 2);
  expect(ring.bytes).toBeLessThanOrEqual(100);
  append(ring, `/${"z".repeat(500)}`, 3);
  append(ring, "/same-txn", 3);
  ring.settle(3);
  expect(ring.floor).toEqual({ zxid: 3, index: 0 });
  expect(ring.at(ring.start)).toMatchObject({ path: "/same-txn", index: 1 });
});

it("has nothing to tell of a tree that is a mixture", () => {
  const ring = new ChangeRing({ changesMax: 16, bytesMax: 100 });
  append(ring, "/a", 1);
  ring.reset(5);
  append(ring, "/a", 5);
  append(ring, "/a", 6);
  ring.settle(6);
  expect(ring.end - ring.start).toBe(1);
  expect(ring.floor).toEqual(endOf(5));
});
