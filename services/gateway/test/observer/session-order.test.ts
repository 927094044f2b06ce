import type { DataTree } from "@meerkat/tree";
import { describe, expect, it } from "vitest";
import { Outcome, Rig } from "./support/rig.ts";
import { ScriptedLeader } from "./support/scripted-leader.ts";

function openRig(limits = {}): { rig: Rig; leader: ScriptedLeader; session: number } {
  const rig = new Rig(limits);
  const leader = new ScriptedLeader(1);
  rig.catchUp(leader);
  const operation = {
    type: "createSession",
    timeoutMs: 10_000,
    password: "0123456789abcdef",
  } as const;
  const outcome = rig.write({ session: 0, credentials: [], operation });
  rig.exchange(leader);
  rig.applyFrom(leader);
  rig.told.length = 0;
  return { rig, leader, session: outcome.result?.zxid ?? 0 };
}

describe("reads of a session", () => {
  it("wait for its earlier writes, and see nothing of its later ones", () => {
    const { rig, leader, session } = openRig();
    rig.create("/a", session);
    const between = rig.read({ session });
    rig.create("/b", session);
    const after = rig.read({ session });
    rig.exchange(leader);
    expect(rig.told).toEqual([]);
    rig.applyFrom(leader);
    expect(rig.told).toEqual(["/a", "read", "/b", "read"]);
    expect(between.value).toEqual(["a"]);
    expect(after.value).toEqual(["a", "b"]);
  });

  it("do not wait for other sessions", () => {
    const { rig, session } = openRig();
    rig.create("/a");
    rig.takeSent();
    expect(rig.read({ session }).value).toEqual([]);
    expect(rig.requests.mayReadNow({ session, consistency: "sequential" })).toBe(true);
  });

  it("without a session have no order", () => {
    const { rig } = openRig();
    rig.create("/a");
    expect(rig.read({}).value).toEqual([]);
  });

  it("hold back later requests of their session while they wait for a barrier", () => {
    const { rig, leader, session } = openRig();
    const first = rig.read({ session, consistency: "linearizable" }, "first");
    rig.create("/later", session);
    const last = rig.read({ session }, "last");
    const messages = rig.takeSent();
    expect(messages.map(({ type }) => type)).toEqual(["barrier"]);
    for (const message of messages) for (const reply of leader.take(message)) rig.hear(reply);
    rig.requests.submitter.pump();
    rig.exchange(leader);
    rig.applyFrom(leader);
    expect(rig.told).toEqual(["first", "/later", "last"]);
    expect(first.value).toEqual([]);
    expect(last.value).toEqual(["later"]);
  });

  it("wait for the zxid that their client has seen", () => {
    const { rig, leader } = openRig();
    rig.create("/a");
    rig.exchange(leader);
    const read = rig.read({ notBefore: leader.lastZxid });
    expect(read.state).toBe("pending");
    rig.applyFrom(leader);
    expect(read.value).toEqual(["a"]);
  });

  it("are told of the error that their own look throws", () => {
    const { rig, session } = openRig();
    const outcome = new Outcome();
    const look = (_: DataTree): never => {
      throw new RangeError("no such page");
    };
    const note = (error: unknown): void => {
      outcome.error = error as Error;
    };
    rig.requests.read({ session, consistency: "sequential" }, look, () => undefined, note);
    expect(outcome.error).toBeInstanceOf(RangeError);
  });
});

describe("a batch that does not lead to the leader's digest", () => {
  it("withdraws the answers that it gave", () => {
    const { rig, leader, session } = openRig();
    const write = rig.create("/a", session);
    const read = rig.read({ session });
    rig.exchange(leader);
    rig.applyPart(leader);
    rig.requests.onDiverged();
    expect(write.error).toMatchObject({ ambiguous: true });
    expect(read.error).toMatchObject({ name: "Unavailable" });
    expect(rig.requests.isReadable).toBe(false);
    expect(rig.read({}).state).toBe("pending");
  });
});

describe("a full gateway", () => {
  it("lets sessions take turns", () => {
    const { rig, leader, session } = openRig({ outstandingCountMax: 1 });
    for (const path of ["/greedy-1", "/greedy-2", "/greedy-3"]) rig.create(path);
    rig.create("/modest", session);
    for (let round = 0; round < 4; round += 1) {
      rig.exchange(leader);
      rig.applyFrom(leader);
    }
    expect(rig.told).toEqual(["/greedy-1", "/greedy-2", "/modest", "/greedy-3"]);
  });

  it("refuses what does not fit, without sending it", () => {
    const { rig } = openRig({ outstandingCountMax: 1, waitingCountMax: 2 });
    const outcomes = ["/a", "/b", "/c", "/d"].map((path) => rig.create(path));
    expect(outcomes.map(({ state }) => state)).toEqual(["pending", "pending", "pending", "failed"]);
    expect(outcomes[3]?.error).toMatchObject({ name: "Unavailable", ambiguous: false });
  });

  it("counts the bytes of what waits", () => {
    const { rig, session } = openRig({ outstandingBytesMax: 1, waitingBytesMax: 3_000 });
    const operation = { type: "setData", path: "/a", data: "x".repeat(2_000), version: 0 } as const;
    const states = [1, 2, 3, 4].map(() => {
      return rig.write({ session, credentials: [], operation }).state;
    });
    expect(states).toEqual(["pending", "pending", "pending", "failed"]);
  });

  it("does not let one session take all the room to wait", () => {
    const { rig, session } = openRig({ outstandingCountMax: 1, waitingPerSessionMax: 2 });
    const own = [1, 2, 3, 4].map((n) => rig.create(`/own-${n}`, session).state);
    expect(own).toEqual(["pending", "pending", "pending", "failed"]);
    expect(rig.create("/other").state).toBe("pending");
  });
});

describe("requests that take too long", () => {
  it("give up soon when a leader is there and the gateway is full", () => {
    const { rig } = openRig({ outstandingCountMax: 1 });
    const sent = rig.create("/sent");
    const waiting = rig.create("/waiting");
    rig.nowMs = 1_001;
    rig.requests.tick();
    expect(sent.state).toBe("pending");
    expect(waiting.error).toMatchObject({ ambiguous: false });
  });

  it("wait longer for a leader, and then certainly did not happen", () => {
    const rig = new Rig();
    const waiting = rig.create("/waiting");
    const read = rig.read({});
    rig.nowMs = 9_999;
    rig.requests.tick();
    expect(waiting.state).toBe("pending");
    rig.nowMs = 10_001;
    rig.requests.tick();
    expect(waiting.error).toMatchObject({ name: "Unavailable", ambiguous: false });
    expect(read.error).toMatchObject({ name: "Unavailable" });
    expect(rig.requests.count).toBe(0);
  });

  it("get a fresh wait for room once a leader is there", () => {
    const rig = new Rig({ outstandingCountMax: 1 });
    rig.create("/first");
    const second = rig.create("/second");
    rig.nowMs = 5_000;
    rig.catchUp(new ScriptedLeader(1));
    rig.requests.tick();
    expect(second.state).toBe("pending");
  });

  it("leave their number behind, and reads of the session still wait for the answer", () => {
    const { rig, leader, session } = openRig();
    const write = rig.create("/slow", session);
    rig.exchange(leader);
    rig.nowMs = 9_000;
    const read = rig.read({ session });
    rig.nowMs = 11_000;
    rig.requests.tick();
    expect(write.error).toMatchObject({ ambiguous: true });
    expect(read.state).toBe("pending");
    rig.applyFrom(leader);
    expect(read.value).toEqual(["slow"]);
    expect(rig.requests.count).toBe(0);
  });
});
