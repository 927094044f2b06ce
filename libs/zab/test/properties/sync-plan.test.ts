import fc from "fast-check";
import { expect, test } from "vitest";
import { type Proposal, ZXID_ZERO, type Zxid } from "../../src/index.ts";
import { planSync } from "../../src/synchronization/sync-plan.ts";
import { type EpochStory, endOf, epochEndsOf, histories } from "../harness/legal-histories.ts";

const SERVERS = 3;
const story: fc.Arbitrary<EpochStory> = fc.record({
  leader: fc.nat({ max: SERVERS - 1 }),
  batches: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }),
  takes: fc.array(fc.record({ joins: fc.boolean(), batches: fc.nat({ max: 4 }) }), {
    minLength: SERVERS,
    maxLength: SERVERS,
  }),
});
const stories = fc.array(story, { minLength: 1, maxLength: 8 });

/** The end of the longest common beginning, batch by batch. */
function obviousCommonEnd(one: readonly Proposal[], other: readonly Proposal[]): Zxid {
  let end = ZXID_ZERO;
  for (let i = 0; i < one.length && one[i]?.last === other[i]?.last; i++)
    end = endOf(one.slice(0, i + 1));
  return end;
}

/** Carries a plan out, as a learner does. */
function follow(leader: readonly Proposal[], learner: readonly Proposal[], from: Zxid): Proposal[] {
  const kept = learner.filter(({ last }) => last <= from);
  return [...kept, ...leader.filter(({ first }) => first > from)];
}

test("after any legal past, the plan gives the leader's history and keeps all that is common", () => {
  fc.assert(
    fc.property(stories, (past) => {
      const logs = histories(SERVERS, past);
      for (const leader of logs) {
        for (const learner of logs) {
          const plan = planSync(
            { ends: epochEndsOf(leader, ZXID_ZERO), lastZxid: endOf(leader), logStart: ZXID_ZERO },
            { ends: epochEndsOf(learner, ZXID_ZERO), lastZxid: endOf(learner) },
          );
          expect(plan.mode).not.toBe("SNAP");
          const from = plan.mode === "TRUNC" ? plan.to : endOf(learner);
          expect(from).toBe(obviousCommonEnd(leader, learner));
          expect(follow(leader, learner, from)).toEqual(leader);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("a snapshot is sent exactly when the leader's log does not reach back to the common part", () => {
  fc.assert(
    fc.property(stories, fc.nat(), (past, cut) => {
      const logs = histories(SERVERS, past);
      for (const leader of logs) {
        for (const learner of logs) {
          const logStart = leader[cut % (leader.length + 1)]?.last ?? ZXID_ZERO;
          const common = obviousCommonEnd(leader, learner);
          const plan = planSync(
            { ends: epochEndsOf(leader, logStart), lastZxid: endOf(leader), logStart },
            { ends: epochEndsOf(learner, ZXID_ZERO), lastZxid: endOf(learner) },
          );
          expect(plan.mode === "SNAP").toBe(common < logStart);
        }
      }
    }),
    { numRuns: 500 },
  );
});
