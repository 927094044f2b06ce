import type { DataTree } from "@meerkat/tree";
import type { Incarnation, ServerId } from "@meerkat/zab";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../src/observer/limits.ts";
import { Observer } from "../../src/observer/observer.ts";
import { LoneLeader } from "./support/lone-leader.ts";
import { SILENT } from "./support/silent-log.ts";

function observerOf(
  leader: LoneLeader,
  onWork: () => void = () => undefined,
): { observer: Observer; tick: () => void } {
  const observer = new Observer({
    config: {
      self: 1_001 as ServerId,
      voters: [1 as ServerId],
      observer: true,
      initLimitTicks: 20,
      syncLimitTicks: 4,
      idleBeatTicks: 1,
      lazyCommits: false,
      committedWindowBytesMax: 1_000_000,
      proposalsInFlightMax: 1,
      syncChunkBytesMax: 0,
      counterMax: 1,
    },
    incarnation: 4_711 as Incarnation,
    limits: { ...DEFAULT_LIMITS, noQuorumTicks: 8 },
    link: { send: () => undefined },
    sendEnvelopes: (envelopes) => {
      for (const envelope of envelopes) leader.take(envelope);
    },
    nowMs: () => 0,
    defer: (action) => void queueMicrotask(action),
    onWork,
    log: SILENT,
  });
  const tick = (): void => {
    leader.tick();
    for (let heard = leader.sent.splice(0); heard.length > 0; heard = leader.sent.splice(0)) {
      for (const envelope of heard) observer.receive(envelope);
    }
    observer.tick();
  };
  return { observer, tick };
}

const countNodes = (tree: DataTree): number => tree.znodeCount;
const write = { session: 0, credentials: [], operation: { type: "noop" } } as const;
const sequential = { session: 0, consistency: "sequential" } as const;
const local = { session: 0, consistency: "local" } as const;

describe("an observer", () => {
  it("refuses everything at once when it has not heard of a leader for a while", async () => {
    const { observer } = observerOf(new LoneLeader());
    for (let ticks = 0; ticks < 8; ticks += 1) observer.tick();
    expect(observer.readiness()).toMatchObject({ ready: false });
    for (const refused of [
      observer.submit(write),
      observer.read(sequential, countNodes),
      observer.read(local, countNodes),
    ]) {
      await expect(refused).rejects.toMatchObject({ name: "Unavailable", ambiguous: false });
    }
  });

  it("lets requests wait while it starts", async () => {
    const { observer, tick } = observerOf(new LoneLeader());
    const read = observer.read(sequential, (tree) => tree.has("/"));
    tick();
    expect(await read).toBe(true);
  });

  it("serves reads once it has the leader's tree", async () => {
    const leader = new LoneLeader();
    leader.create("/a");
    const { observer, tick } = observerOf(leader);
    tick();
    expect(observer.readiness()).toEqual({ ready: true });
    expect(await observer.read(sequential, (tree) => tree.has("/a"))).toBe(true);
  });

  it("bears a short silence, then refuses, and reads on only where asked to", async () => {
    const leader = new LoneLeader();
    const { observer, tick } = observerOf(leader);
    tick();
    for (let ticks = 0; ticks < 6; ticks += 1) observer.tick();
    expect(observer.readiness()).toMatchObject({ ready: false });
    expect(await observer.read(sequential, (tree) => tree.has("/"))).toBe(true);

    for (let ticks = 0; ticks < 8; ticks += 1) observer.tick();
    await expect(observer.read(sequential, countNodes)).rejects.toThrow(/No quorum/);
    await expect(observer.submit(write)).rejects.toMatchObject({ retryAfterMs: 1_000 });
    expect(await observer.read(local, (tree) => tree.has("/"))).toBe(true);
  });

  it("lets its host sleep while nobody wants anything, and says when somebody does", () => {
    let work = 0;
    const { observer, tick } = observerOf(new LoneLeader(), () => {
      work += 1;
    });
    expect(observer.quietTicks).toBe(0);
    tick();
    tick();
    expect(observer.quietTicks).toBeGreaterThan(0);
    observer.touch(7);
    expect([work, observer.quietTicks]).toEqual([1, 0]);
    tick();
    expect(observer.quietTicks).toBeGreaterThan(0);
    void observer.submit(write);
    expect([work, observer.quietTicks]).toEqual([2, 0]);
  });

  it("refuses new requests while it stops, and tells those under way", async () => {
    const { observer, tick } = observerOf(new LoneLeader());
    tick();
    const underWay = observer.submit(write);
    observer.beginStop();
    expect(observer.readiness()).toEqual({ ready: false, reason: "This gateway is stopping." });
    await expect(observer.submit(write)).rejects.toThrow(/stopping/);
    observer.stop();
    await expect(underWay).rejects.toMatchObject({ ambiguous: true });
  });
});
