import fc from "fast-check";
import { expect, test } from "vitest";
import type { DataTree } from "../../src/data-tree.ts";
import { SnapshotLoader } from "../../src/snapshot/snapshot-loader.ts";
import { SnapshotWriter } from "../../src/snapshot/snapshot-writer.ts";
import { PROPERTY_TIMEOUT_MS, runsOf } from "./config.ts";
import { expectSame, History, type LoggedTxn, TREE_OPTIONS } from "./history.ts";
import { pictureOfTree } from "./observed.ts";
import { anyPlan, PRELUDE } from "./plans.ts";

const anyCase = fc.record({
  before: fc.array(anyPlan, { maxLength: 25, size: "max" }),
  /** Proposed by the leader, then rolled back, before the snapshot is begun. */
  undone: fc.array(anyPlan, { maxLength: 6, size: "max" }),
  /** After each of these a slice is written; when they are at an end, the rest at once. */
  during: fc.array(fc.record({ plan: anyPlan, sliceBytes: fc.constantFrom(0, 1, 60, 200, 2000) }), {
    maxLength: 25,
    size: "max",
  }),
  after: fc.array(anyPlan, { maxLength: 15, size: "max" }),
  /** How far the restored tree has replayed when a snapshot is taken of itself. */
  secondAt: fc.nat({ max: 30 }),
});

/** A snapshot in the making: slices as they come, the rest when it is finished. */
class Snapshot {
  readonly #writer: SnapshotWriter;
  readonly #loader = new SnapshotLoader(TREE_OPTIONS);
  #done = false;

  constructor(tree: DataTree) {
    this.#writer = new SnapshotWriter(tree);
  }

  get startZxid(): number {
    return this.#writer.startZxid;
  }

  get endZxid(): number {
    const { endZxid } = this.#writer;
    if (endZxid === undefined) throw new Error("the snapshot is not complete");
    return endZxid;
  }

  slice(bytesMax: number): void {
    if (bytesMax === 0 || this.#done) return;
    const chunk = this.#writer.next(bytesMax);
    if (chunk === undefined) this.#done = true;
    else this.#loader.load(chunk);
  }

  restore(): DataTree {
    while (!this.#done) this.slice(500);
    return this.#loader.finish();
  }
}

/** Applies what the tree has not; from `trueFrom` on it must be what the leader was at that point. */
function replay(
  tree: DataTree,
  log: readonly LoggedTxn[],
  digests: ReadonlyMap<number, string>,
  trueFrom: number,
): void {
  for (const { zxid, txn } of log) {
    tree.apply(txn, zxid);
    if (zxid >= trueFrom) expect([zxid, tree.digestHex]).toEqual([zxid, digests.get(zxid)]);
  }
}

test(
  "a fuzzy snapshot with the log replayed over it, once and twice, is the tree it was taken of",
  () => {
    fc.assert(
      fc.property(anyCase, ({ before, undone, during, after, secondAt }) => {
        const history = new History(TREE_OPTIONS);
        const { leader, log } = history;
        const digests = new Map<number, string>();
        const run = (plan: (typeof before)[number]) => {
          history.execute(history.requestOf(plan), plan.elapsedMs);
          digests.set(leader.lastZxid, leader.digestHex);
        };
        for (const plan of [...PRELUDE, ...before]) run(plan);
        const kept = leader.lastZxid;
        for (const plan of undone) run(plan);
        history.rollback(kept);
        const snapshot = new Snapshot(leader);
        for (const { plan, sliceBytes } of during) {
          run(plan);
          snapshot.slice(sliceBytes);
        }
        const restored = snapshot.restore();
        const { startZxid, endZxid } = snapshot;
        expect(restored.lastZxid).toBe(startZxid);
        for (const plan of after) run(plan);

        const tail = log.filter(({ zxid }) => zxid > startZxid);
        const [head, rest] = [tail.slice(0, secondAt), tail.slice(secondAt)];
        replay(restored, head, digests, endZxid);
        const second = new Snapshot(restored);
        for (const each of rest) {
          replay(restored, [each], digests, endZxid);
          second.slice(100);
        }
        const expected = pictureOfTree(leader);
        expectSame(pictureOfTree(restored), expected);
        expect(restored.digestHex).toBe(leader.digestHex);

        const again = second.restore();
        const secondTail = log.filter(({ zxid }) => zxid > second.startZxid);
        replay(again, secondTail, digests, second.endZxid);
        expectSame(pictureOfTree(again), expected);
        expect(again.digestHex).toBe(leader.digestHex);

        replay(restored, tail, digests, leader.lastZxid);
        expectSame(pictureOfTree(restored), expected);
        expect(restored.lastZxid).toBe(leader.lastZxid);
      }),
      runsOf(200),
    );
  },
  PROPERTY_TIMEOUT_MS,
);

test("a rollback makes a snapshot of the leader's tree worthless", () => {
  const history = new History(TREE_OPTIONS);
  for (const plan of PRELUDE) history.execute(history.requestOf(plan), 0);
  const writer = new SnapshotWriter(history.leader);
  expect(writer.next(1)).toBeDefined();
  history.rollback(history.log.at(-2)?.zxid ?? 0);
  expect(writer.next(1_000_000)).toBe(undefined);
  expect(writer.endZxid).toBe(undefined);
});
