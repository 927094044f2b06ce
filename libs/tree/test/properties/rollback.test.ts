import fc from "fast-check";
import { expect, test } from "vitest";
import { PROPERTY_TIMEOUT_MS, runsOf } from "./config.ts";
import { expectSame, History, replayed, TREE_OPTIONS } from "./history.ts";
import { pictureOfTree } from "./observed.ts";
import { anyPlan, PRELUDE, type RequestPlan } from "./plans.ts";

const anyCase = fc.record({
  before: fc.array(anyPlan, { maxLength: 25, size: "max" }),
  undone: fc.array(anyPlan, { maxLength: 25, size: "max" }),
  after: fc.array(anyPlan, { maxLength: 10, size: "max" }),
  committed: fc.nat({ max: 25 }),
});

function run(history: History, plans: readonly RequestPlan[]): void {
  for (const plan of plans) history.execute(history.requestOf(plan), plan.elapsedMs);
}

function expectLikeReplay({ leader, log }: History): void {
  const fresh = replayed(log, TREE_OPTIONS);
  expectSame(pictureOfTree(leader), pictureOfTree(fresh));
  expect(leader.digestHex).toBe(fresh.digestHex);
  expect(leader.lastZxid).toBe(fresh.lastZxid);
  expect(leader.approximateDataSize).toBe(fresh.approximateDataSize);
  expect(leader.ephemeralsCount).toBe(fresh.ephemeralsCount);
  expectSame(sortedReport(leader), sortedReport(fresh));
}

function sortedReport({ quota }: History["leader"]): unknown[] {
  return quota.report().sort((a, b) => (a.root < b.root ? -1 : 1));
}

test(
  "a rollback leaves what a fresh replay of the shorter log gives, and can be built upon",
  () => {
    fc.assert(
      fc.property(anyCase, ({ before, undone, after, committed }) => {
        const history = new History(TREE_OPTIONS);
        run(history, [...PRELUDE, ...before]);
        const kept = history.leader.lastZxid;
        const commit = history.log[Math.min(committed, history.log.length - 1)];
        if (commit !== undefined) history.leader.journal.commit(commit.zxid);
        run(history, undone);
        history.rollback(kept);
        expect(history.leader.lastZxid).toBe(kept);
        expectLikeReplay(history);
        run(history, after);
        expectLikeReplay(history);
        history.leader.journal.commit(history.leader.lastZxid);
        expect(history.leader.journal.length).toBe(0);
        expectLikeReplay(history);
      }),
      runsOf(150),
    );
  },
  PROPERTY_TIMEOUT_MS,
);
