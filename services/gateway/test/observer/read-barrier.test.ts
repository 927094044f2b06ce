import { makeZxid, type Zxid } from "@meerkat/zab";
import { describe, expect, it } from "vitest";
import { Rig } from "./support/rig.ts";
import { ScriptedLeader } from "./support/scripted-leader.ts";

function openRig(limits = {}): { rig: Rig; leader: ScriptedLeader } {
  const rig = new Rig(limits);
  const leader = new ScriptedLeader(1);
  rig.catchUp(leader);
  return { rig, leader };
}

const linearizable = { consistency: "linearizable" } as const;

describe("linearizable reads", () => {
  it("share one round per turn of the event loop", () => {
    const { rig, leader } = openRig();
    const reads = [1, 2, 3].map(() => rig.read(linearizable));
    const sent = rig.takeSent();
    expect(sent).toMatchObject([{ type: "barrier", epoch: 1, id: 1 }]);
    for (const message of sent) for (const reply of leader.take(message)) rig.hear(reply);
    expect(reads.map(({ value }) => value)).toEqual([[], [], []]);
  });

  it("run only when everything that the leader named is applied", () => {
    const { rig, leader } = openRig();
    rig.create("/written-elsewhere");
    rig.exchange(leader);
    const read = rig.read(linearizable);
    rig.exchange(leader);
    expect(read.state).toBe("pending");
    rig.applyFrom(leader);
    expect(read.value).toEqual(["written-elsewhere"]);
  });

  it("that arrive after a round was sent wait for another one", () => {
    const { rig } = openRig();
    const early = rig.read(linearizable);
    rig.takeSent();
    const late = rig.read(linearizable);
    rig.takeSent();
    rig.hear({ type: "barrier", epoch: rig.epoch, id: 1, zxid: 0 as Zxid });
    expect([early.state, late.state]).toEqual(["done", "pending"]);
  });

  it("are confirmed by the answer to any later round", () => {
    const { rig } = openRig();
    const reads = [1, 2].map(() => {
      const read = rig.read(linearizable);
      rig.takeSent();
      return read;
    });
    rig.hear({ type: "barrier", epoch: rig.epoch, id: 2, zxid: 0 as Zxid });
    expect(reads.map(({ state }) => state)).toEqual(["done", "done"]);
  });

  it("gather while the rounds under way are at their bound", () => {
    const { rig, leader } = openRig({ barrierRoundsMax: 1 });
    rig.read(linearizable);
    const first = rig.takeSent();
    rig.read(linearizable);
    rig.read(linearizable);
    expect(rig.takeSent()).toEqual([]);
    for (const message of first) for (const reply of leader.take(message)) rig.hear(reply);
    expect(rig.takeSent()).toMatchObject([{ type: "barrier", id: 2 }]);
  });

  it("ask again when no answer comes, and take whichever answer comes first", () => {
    const { rig } = openRig({ barrierRetryTicks: 2 });
    const read = rig.read(linearizable);
    rig.takeSent();
    for (let tick = 0; tick < 2; tick += 1) rig.requests.tick();
    const again = rig.takeSent().filter(({ type }) => type === "barrier");
    expect(again).toMatchObject([{ id: 1 }]);
    rig.hear({ type: "barrier", epoch: rig.epoch, id: 1, zxid: 0 as Zxid });
    expect(read.state).toBe("done");
  });

  it("begin again under a new epoch, and do not wait for what it dropped", () => {
    const { rig, leader } = openRig();
    rig.create("/dropped");
    rig.exchange(leader);
    const confirmed = rig.read(linearizable, "confirmed before");
    rig.exchange(leader);
    const asked = rig.read(linearizable, "asked before");
    rig.takeSent();
    rig.requests.onLeaderLost();
    rig.hear({ type: "barrier", epoch: leader.epoch, id: 2, zxid: makeZxid(leader.epoch, 9) });
    expect(asked.state).toBe("pending");

    const successor = new ScriptedLeader(2);
    rig.catchUp(successor);
    expect(confirmed.value).toEqual([]);
    const barrier = rig.takeSent().filter(({ type }) => type === "barrier");
    expect(barrier).toMatchObject([{ epoch: 2, id: 3 }]);
    for (const message of barrier) for (const reply of successor.take(message)) rig.hear(reply);
    expect(asked.value).toEqual([]);
  });

  it("are refused after their time, and forgotten", () => {
    const { rig } = openRig();
    const read = rig.read(linearizable);
    rig.takeSent();
    rig.nowMs = 10_001;
    rig.requests.tick();
    expect(read.error).toMatchObject({ name: "Unavailable", ambiguous: false });
    expect(rig.requests.count).toBe(0);
    rig.hear({ type: "barrier", epoch: rig.epoch, id: 1, zxid: 0 as Zxid });
    expect(rig.told).toEqual(["read failed"]);
  });

  it("are refused when too many wait", () => {
    const { rig } = openRig({ readsWaitingMax: 1 });
    rig.read(linearizable);
    expect(() => rig.read(linearizable)).toThrow(/1 reads waiting/);
  });
});
