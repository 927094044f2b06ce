import { describe, expect, it } from "vitest";
import { INCARNATION, LearnerRig } from "./support/learner-rig.ts";
import { LoneLeader } from "./support/lone-leader.ts";

function leaderWith(count: number): LoneLeader {
  const leader = new LoneLeader();
  for (let i = 0; i < count; i += 1) leader.create(`/n${i}`);
  return leader;
}

describe("a gateway's learner", () => {
  it("catches up with a leader that it hears of, and serves its tree", () => {
    const rig = new LearnerRig(leaderWith(10));
    expect(rig.learner.isServing).toBe(false);
    rig.tick();
    expect(rig.events).toEqual(["caught up with epoch 1"]);
    expect(rig.learner.isServing).toBe(true);
    expect(rig.learner.position).toBe(rig.leader.lastZxid);
    expect(rig.learner.tree.digestHex).toBe(rig.leader.tree.digestHex);
  });

  it("applies what is committed, and takes its own answers from it", () => {
    const rig = new LearnerRig(leaderWith(1));
    rig.tick();
    rig.leader.create("/own", { gateway: INCARNATION, number: 1 });
    rig.leader.create("/other", { gateway: INCARNATION + 1, number: 1 });
    rig.exchange();
    expect(rig.learner.tree.has("/other")).toBe(true);
    expect(rig.events).toEqual(["caught up with epoch 1", "result 1"]);
  });

  it("loads the leader's snapshot when the log no longer reaches back", () => {
    const leader = leaderWith(50);
    leader.purge();
    leader.create("/after");
    const rig = new LearnerRig(leader);
    rig.tick();
    expect(rig.events).toEqual(["replaced", "caught up with epoch 1"]);
    expect(rig.learner.tree.digestHex).toBe(leader.tree.digestHex);
  });

  it("keeps the ensemble's options, whatever its tree is made of", () => {
    const options = { configText: "version=0", enforceQuota: true };
    const leader = leaderWith(50);
    leader.purge();
    const rig = new LearnerRig(leader, {}, options);
    const { tree } = rig.learner;
    expect(tree.options).toMatchObject(options);
    rig.tick();
    expect(rig.learner.tree).not.toBe(tree);
    expect(rig.learner.tree.options).toMatchObject(options);
    expect(rig.learner.tree.getData("/zookeeper/config")?.data).toBe("version=0");
    expect(rig.learner.tree.digestHex).toBe(leader.tree.digestHex);
    leader.propose(
      [
        {
          origin: { gateway: 0, number: 0 },
          session: 0,
          credentials: [],
          operation: { type: "noop" },
        },
      ],
      "0000000000000000",
    );
    rig.exchange();
    rig.tick();
    expect(rig.learner.tree.options).toMatchObject(options);
  });

  it("synchronizes again after a lost proposal, and is open all the while", () => {
    const rig = new LearnerRig(leaderWith(3));
    rig.tick();
    rig.leader.create("/lost");
    rig.exchange(() => true);
    rig.leader.create("/next");
    rig.exchange();
    for (let ticks = 0; ticks < 4; ticks += 1) rig.tick();
    expect(rig.learner.tree.digestHex).toBe(rig.leader.tree.digestHex);
    expect(rig.events).toEqual(["caught up with epoch 1"]);
  });

  it("drops a tree that differs from the leader's and fetches another", () => {
    const rig = new LearnerRig(leaderWith(3));
    rig.tick();
    const operation = { type: "create", path: "/x", data: "", acl: [], mode: 0 } as const;
    const origin = { gateway: INCARNATION, number: 1 };
    const request = { origin, session: 0, credentials: [], operation };
    rig.leader.propose([request], "0123456789abcdef");
    rig.leader.purge();
    rig.exchange();
    expect(rig.errors).toHaveLength(1);
    for (let ticks = 0; ticks < 4; ticks += 1) rig.tick();
    expect(rig.events).toEqual([
      "caught up with epoch 1",
      "result 1",
      "diverged",
      "lost",
      "replaced",
      "caught up with epoch 1",
    ]);
    expect(rig.learner.tree.digestHex).toBe(rig.leader.tree.digestHex);
  });

  it("goes looking when the leader falls silent", () => {
    const rig = new LearnerRig(leaderWith(1));
    rig.tick();
    for (let ticks = 0; ticks < 6; ticks += 1) rig.learner.tick();
    expect(rig.learner.status.serverState).toBe("LOOKING");
    expect(rig.events).toEqual(["caught up with epoch 1", "lost"]);
  });
});

describe("applying in slices", () => {
  it("gives the event loop its turn, and serves only when all is applied", () => {
    const rig = new LearnerRig(leaderWith(20), { applySliceMs: 4 });
    rig.msPerReading = 1;
    rig.tick();
    expect(rig.learner.isServing).toBe(false);
    let turns = 0;
    while (rig.turn()) turns += 1;
    expect(turns).toBeGreaterThan(3);
    expect(rig.learner.isServing).toBe(true);
    expect(rig.learner.tree.digestHex).toBe(rig.leader.tree.digestHex);
  });

  it("asks for more history only when there is room for it", () => {
    const rig = new LearnerRig(leaderWith(60), { applySliceMs: 2, applyAheadBytesMax: 200 });
    rig.msPerReading = 1;
    let largest = 0;
    for (let ticks = 0; ticks < 200 && !rig.learner.isServing; ticks += 1) {
      rig.tick();
      largest = Math.max(largest, rig.learner.backlogBytes);
      for (let turns = 0; turns < 10; turns += 1) rig.turn();
    }
    expect(rig.learner.tree.digestHex).toBe(rig.leader.tree.digestHex);
    expect(largest).toBeLessThan(1_000);
  });

  it("drops what comes while far too much waits, and fetches it later", () => {
    const rig = new LearnerRig(leaderWith(1), { applySliceMs: 2, applyBacklogBytesMax: 300 });
    rig.tick();
    rig.msPerReading = 1;
    for (let i = 0; i < 40; i += 1) {
      rig.leader.create(`/flood${i}`);
      rig.exchange();
    }
    expect(rig.learner.tree.has("/flood39")).toBe(false);
    expect(rig.learner.backlogBytes).toBeLessThan(600);
    while (rig.turn());
    for (let ticks = 0; ticks < 40; ticks += 1) {
      rig.tick();
      while (rig.turn());
    }
    expect(rig.learner.tree.digestHex).toBe(rig.leader.tree.digestHex);
  });
});
