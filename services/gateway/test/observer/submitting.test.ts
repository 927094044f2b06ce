import type { RequestBatch, ToLeader } from "@meerkat/transport";
import type { Epoch } from "@meerkat/zab";
import { describe, expect, it } from "vitest";
import { RequestTooLarge, Unavailable } from "../../src/coordination.ts";
import { Rig } from "./support/rig.ts";
import { ScriptedLeader } from "./support/scripted-leader.ts";

const EPOCH_1 = 1 as Epoch;

function batches(messages: readonly ToLeader[]): RequestBatch[] {
  return messages.filter((message) => message.type === "requests");
}

function shapeOf({ epoch, opening, first, count }: RequestBatch): string {
  return `epoch ${epoch}${opening ? " opening" : ""} ${first}…${first + count - 1}`;
}

function openRig(limits = {}): { rig: Rig; leader: ScriptedLeader } {
  const rig = new Rig(limits);
  const leader = new ScriptedLeader(1);
  rig.catchUp(leader);
  return { rig, leader };
}

describe("requests on their way to the leader", () => {
  it("puts the requests of one turn of the event loop into one message", () => {
    const { rig } = openRig();
    for (const path of ["/a", "/b", "/c"]) rig.create(path);
    expect(batches(rig.takeSent()).map(shapeOf)).toEqual(["epoch 1 opening 1…3"]);
    rig.create("/d");
    expect(batches(rig.takeSent()).map(shapeOf)).toEqual(["epoch 1 4…4"]);
  });

  it("cuts a batch at its bounds", () => {
    const { rig } = openRig({ batchCountMax: 2 });
    for (const path of ["/a", "/b", "/c"]) rig.create(path);
    expect(batches(rig.takeSent()).map(shapeOf)).toEqual(["epoch 1 opening 1…2", "epoch 1 3…3"]);
  });

  it("answers in order once the txns are applied", () => {
    const { rig, leader } = openRig();
    const outcomes = ["/a", "/b", "/c"].map((path) => rig.create(path));
    rig.exchange(leader);
    expect(outcomes.map(({ state }) => state)).toEqual(["pending", "pending", "pending"]);
    rig.applyFrom(leader);
    expect(rig.told).toEqual(["/a", "/b", "/c"]);
    expect(outcomes[2]?.result).toMatchObject({ type: "ok", zxid: 0x1_0000_0003 });
  });

  it("keeps requests until there is a leader", () => {
    const rig = new Rig();
    rig.create("/a");
    expect(rig.takeSent()).toEqual([]);
    rig.catchUp(new ScriptedLeader(1));
    expect(batches(rig.takeSent()).map(shapeOf)).toEqual(["epoch 1 opening 1…1"]);
  });

  it("sends again what the leader missed, and the leader takes each request once", () => {
    const { rig, leader } = openRig();
    rig.create("/a");
    rig.exchange(leader);
    rig.create("/lost");
    rig.exchange(leader, (message) => message.type === "requests");
    rig.create("/c");
    rig.exchange(leader);
    rig.applyFrom(leader);
    expect(rig.told).toEqual(["/a", "/lost", "/c"]);
    expect(leader.log).toHaveLength(3);
  });

  it("notices a lost last message by the tick", () => {
    const { rig, leader } = openRig();
    rig.create("/a");
    rig.exchange(leader);
    rig.create("/lost");
    rig.exchange(leader, (message) => message.type === "requests");
    rig.requests.tick();
    rig.exchange(leader);
    rig.applyFrom(leader);
    expect(rig.told).toEqual(["/a", "/lost"]);
  });

  it("introduces itself by a tick when its first message was lost", () => {
    const { rig, leader } = openRig();
    rig.create("/lost");
    rig.exchange(leader, (message) => message.type === "requests");
    rig.create("/b");
    rig.exchange(leader);
    expect(leader.log).toEqual([]);
    rig.requests.tick();
    rig.exchange(leader);
    rig.applyFrom(leader);
    expect(rig.told).toEqual(["/lost", "/b"]);
  });

  it("answers a leader that repeats itself once per tick", () => {
    const { rig } = openRig();
    rig.create("/a");
    rig.takeSent();
    for (let i = 0; i < 3; i += 1) rig.hear({ type: "resend", epoch: EPOCH_1, from: 1 });
    expect(batches(rig.takeSent())).toHaveLength(1);
    rig.requests.tick();
    rig.hear({ type: "resend", epoch: EPOCH_1, from: 1 });
    expect(batches(rig.takeSent())).toHaveLength(1);
  });

  it("reports the sessions heard of since the last tick", () => {
    const { rig } = openRig();
    rig.requests.submitter.touch(7);
    rig.requests.submitter.touch(8);
    rig.requests.submitter.touch(7);
    rig.requests.tick();
    rig.requests.tick();
    expect(rig.takeSent()).toMatchObject([
      { type: "tick", firstUnanswered: 1, lastNumber: 0, touched: [7, 8] },
    ]);
  });

  it("sends few ticks while there is nothing to say", () => {
    const { rig } = openRig();
    for (let tick = 0; tick < 40; tick += 1) rig.requests.tick();
    expect(rig.takeSent().map(({ type }) => type)).toEqual(["tick", "tick"]);
  });

  it("lets a request that is too large fail alone", () => {
    const { rig, leader } = openRig({ requestBytesMax: 1_000 });
    rig.create("/a");
    const large = rig.create(`/${"x".repeat(2_000)}`);
    rig.create("/c");
    rig.exchange(leader);
    rig.applyFrom(leader);
    expect(rig.told).toEqual([expect.stringContaining("failed"), "/a", "/c"]);
    expect(large.error).toBeInstanceOf(RequestTooLarge);
  });
});

describe("the lease of a gateway's sessions", () => {
  const word = ({ rig }: { rig: Rig }) => {
    rig.requests.tick();
    return rig.takeSent();
  };

  it("is asked for twice a second at most while sessions are served, and then no more", () => {
    const at = openRig();
    at.rig.nowMs = 10_000.7;
    at.rig.requests.lease.want();
    expect(word(at)).toMatchObject([{ type: "tick", leaseFromMs: 10_000 }]);
    at.rig.nowMs += 400;
    at.rig.requests.lease.want();
    expect(word(at)).toEqual([]);
    at.rig.nowMs += 100;
    at.rig.requests.lease.want();
    expect(word(at)).toMatchObject([{ leaseFromMs: 10_500 }]);
    at.rig.nowMs += 500;
    expect(word(at)).toEqual([]);
  });

  it("counts from when it was asked for, grace included, and never goes back", () => {
    const { rig } = openRig();
    const grant = { type: "lease", epoch: EPOCH_1, graceMs: 1_000 } as const;
    rig.hear({ ...grant, fromMs: 10_000 });
    rig.hear({ ...grant, fromMs: 9_000 });
    expect(rig.requests.lease.fromMs).toBe(11_000);
  });

  it("answers the leader's question with all sessions that were heard of", () => {
    const at = openRig();
    for (let session = 1; session <= 8_200; session += 1) at.rig.requests.submitter.touch(session);
    at.rig.hear({ type: "question", epoch: EPOCH_1, number: 3 });
    expect(word(at)).toMatchObject([{ answers: 0 }]);
    expect(word(at)).toMatchObject([{ answers: 3, touched: expect.arrayContaining([8_200]) }]);
    expect(word(at)).toEqual([]);
  });

  it("owes a lost leader no answer", () => {
    const at = openRig();
    at.rig.hear({ type: "question", epoch: EPOCH_1, number: 3 });
    at.rig.requests.onLeaderLost();
    at.rig.requests.onCaughtUp(2 as Epoch, at.rig.position);
    expect(word(at)).toEqual([]);
    at.rig.hear({ type: "question", epoch: EPOCH_1, number: 3 });
    expect(at.rig.requests.isIdle).toBe(true);
  });
});

describe("a new epoch", () => {
  it("sends again only what its initial history does not hold", () => {
    const { rig, leader } = openRig();
    for (const path of ["/kept", "/dropped"]) {
      rig.create(path);
      rig.exchange(leader);
    }
    rig.create("/never-arrived");
    rig.exchange(leader, () => true);
    rig.requests.onLeaderLost();
    rig.create("/waiting");
    expect(rig.takeSent()).toEqual([]);

    const successor = new ScriptedLeader(2, leader.log.slice(0, 1));
    rig.catchUp(successor);
    const sent = rig.takeSent();
    expect(batches(sent).map(shapeOf)).toEqual(["epoch 2 opening 2…3", "epoch 2 4…4"]);
    for (const message of sent) successor.take(message);
    rig.applyFrom(successor);
    expect(rig.told).toEqual(["/kept", "/dropped", "/never-arrived", "/waiting"]);
    expect(successor.log).toHaveLength(4);
  });

  it("is not opened twice when the gateway synchronizes again with the same leader", () => {
    const { rig, leader } = openRig();
    rig.create("/a");
    rig.exchange(leader);
    rig.requests.onLeaderLost();
    rig.requests.onCaughtUp(leader.epoch, rig.position);
    expect(batches(rig.takeSent())).toEqual([]);
    rig.applyFrom(leader);
    expect(rig.told).toEqual(["/a"]);
  });

  it("ignores what leaders of other epochs ask for", () => {
    const { rig } = openRig();
    rig.create("/a");
    rig.takeSent();
    rig.hear({ type: "resend", epoch: 2 as Epoch, from: 1 });
    expect(rig.takeSent()).toEqual([]);
  });

  it("puts noops in the place of requests that nobody waits for any more", () => {
    const { rig, leader } = openRig();
    const late = rig.create("/late");
    rig.exchange(leader, () => true);
    rig.nowMs = 10_001;
    rig.requests.tick();
    expect(late.error).toMatchObject({ name: "Unavailable", ambiguous: true });
    rig.requests.onLeaderLost();
    rig.create("/b");
    const successor = new ScriptedLeader(2);
    rig.catchUp(successor);
    rig.exchange(successor);
    rig.applyFrom(successor);
    expect(rig.told).toEqual(["/late failed", "/b"]);
    expect(successor.log.map(({ txn }) => txn.body.type)).toEqual(["noop", "changes"]);
  });
});

describe("a snapshot in the place of the tree", () => {
  it("leaves what was sent without an answer, and numbers go on", () => {
    const { rig, leader } = openRig();
    const swallowed = rig.create("/swallowed");
    rig.exchange(leader);
    const lost = rig.create("/lost");
    rig.exchange(leader, () => true);
    for (const { zxid, txn } of leader.log) {
      rig.tree.apply(txn, zxid);
      rig.position = zxid;
    }
    rig.requests.onReplaced();
    for (const { error } of [swallowed, lost]) {
      expect(error).toBeInstanceOf(Unavailable);
      expect(error).toMatchObject({ ambiguous: true });
    }
    rig.create("/next");
    rig.exchange(leader);
    rig.applyFrom(leader);
    expect(rig.told.at(-1)).toBe("/next");
    expect(leader.log.map(({ txn }) => txn.body.type)).toEqual(["changes", "noop", "changes"]);
  });
});
