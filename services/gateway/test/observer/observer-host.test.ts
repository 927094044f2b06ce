import { type MemoryBus, MemoryHub, Subjects } from "@meerkat/bus";
import { decodeReport, type ServerReport } from "@meerkat/transport";
import type { DataTree, TxnResult } from "@meerkat/tree";
import type { Incarnation, ServerId } from "@meerkat/zab";
import { afterEach, describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../src/observer/limits.ts";
import { ObserverHost } from "../../src/observer/observer-host.ts";
import { BusLeader } from "./support/bus-leader.ts";
import { SILENT } from "./support/silent-log.ts";

const TICK_MS = 10;
const subjects = new Subjects({ root: "meerkat", ensemble: "test" });
const ending: (() => void)[] = [];

afterEach(() => {
  for (const end of ending.splice(0)) end();
});

interface Stage {
  readonly hub: MemoryHub;
  readonly leader: BusLeader;
  readonly host: ObserverHost;
  readonly listener: MemoryBus;
}

function stage(): Stage {
  const hub = new MemoryHub();
  const leader = new BusLeader(hub.connect("leader"), subjects);
  const timer = setInterval(() => leader.tick(), TICK_MS);
  const host = new ObserverHost({
    bus: hub.connect("gateway"),
    subjects,
    config: {
      self: 1_001 as ServerId,
      voters: [1 as ServerId],
      observer: true,
      initLimitTicks: 50,
      syncLimitTicks: 20,
      idleBeatTicks: 1,
      lazyCommits: false,
      committedWindowBytesMax: 1_000_000,
      proposalsInFlightMax: 1,
      syncChunkBytesMax: 0,
      counterMax: 1,
    },
    incarnation: 4_711 as Incarnation,
    limits: DEFAULT_LIMITS,
    tickTimeMs: TICK_MS,
    startedAtMs: 1,
    name: "gateway-1",
    address: () => "http://127.0.0.1:1",
    log: SILENT,
  });
  ending.push(
    () => clearInterval(timer),
    () => host.stop(),
  );
  return { hub, leader, host, listener: hub.connect("listener") };
}

function addOne({ observer }: ObserverHost, path: string): Promise<TxnResult> {
  const operation = { type: "setData", path, data: "x", version: -1 } as const;
  return observer.submit({ session: 0, credentials: [], operation });
}

const versionOf = (path: string) => (tree: DataTree) => tree.stat(path)?.version;

describe("an observer at the bus", () => {
  it("writes and reads through a leader that it finds by itself", async () => {
    const { leader, host } = stage();
    leader.leader.create("/a");
    expect(await addOne(host, "/a")).toMatchObject({ type: "ok" });
    const how = { session: 0, consistency: "linearizable" } as const;
    expect(await host.observer.read(how, versionOf("/a"))).toBe(1);
    expect(host.observer.readiness()).toEqual({ ready: true });
  });

  it("bears a network that loses one message in five: nothing fails, nothing runs twice", {
    timeout: 20_000,
  }, async () => {
    const { hub, leader, host } = stage();
    leader.leader.create("/counter");
    await addOne(host, "/counter");
    let lost = 0;
    let seed = 42;
    hub.drop = () => {
      seed = (seed * 48_271) % 0x7fff_ffff;
      const isLost = seed % 5 === 0;
      if (isLost) lost += 1;
      return isLost;
    };
    const turns = Array.from({ length: 60 }, async (_, turn) => {
      await new Promise((done) => setTimeout(done, turn * 5));
      return addOne(host, "/counter");
    });
    const results = await Promise.all(turns);
    expect(results.every(({ type }) => type === "ok")).toBe(true);
    expect(leader.leader.tree.stat("/counter")?.version).toBe(61);
    // How many messages there are depends on how busy the machine is.
    expect(lost).toBeGreaterThan(5);
  });

  it("drops messages that are none", async () => {
    const { leader, host, listener } = stage();
    leader.leader.create("/a");
    listener.publish(subjects.gateway(4_711), new Uint8Array([1, 2, 3]));
    listener.publish(subjects.report, new Uint8Array([1, 2, 3]));
    expect(await addOne(host, "/a")).toMatchObject({ type: "ok" });
  });

  it("reports itself, and keeps what others report", async () => {
    const { host, listener } = stage();
    const reports: ServerReport[] = [];
    listener.subscribe(subjects.report, (bytes) => reports.push(decodeReport(bytes)));
    await expect
      .poll(() => reports.some(({ established }) => established), { timeout: 10_000 })
      .toBe(true);
    expect(reports.at(-1)).toMatchObject({ id: 1_001, kind: "gateway", leader: 1, epoch: 1 });
    expect(host.observer.cluster()).toMatchObject([{ report: { name: "gateway-1" } }]);
  });
});
