import { beforeEach, expect, it } from "vitest";
import { Rig } from "./support/rig.ts";
import { ScriptedLeader } from "./support/scripted-leader.ts";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

let rig: Rig;
let leader: ScriptedLeader;

beforeEach(() => {
  rig = new Rig({ slowRequestMs: 1_000, requestTimeoutMs: 60_000, fullWaitMs: 60_000 });
  leader = new ScriptedLeader(1);
});

/** The leader's answers come back at this moment. */
function applyAt(nowMs: number): void {
  rig.exchange(leader);
  rig.nowMs = nowMs;
  rig.requests.onApplying(nowMs);
  rig.applyFrom(leader);
}

it("says where the time of a slow write went, and to which trace it belongs", () => {
  rig.nowMs = 100;
  rig.write({
    session: 0x17,
    credentials: [],
    operation: { type: "setData", path: "/nowhere", data: "", version: -1 },
    traceparent: TRACEPARENT,
  });
  rig.nowMs = 700;
  rig.catchUp(leader);
  applyAt(1_500);
  expect(rig.warnings).toEqual([
    {
      message: "A write took 1400 ms",
      fields: {
        operation: "setData",
        path: "/nowhere",
        session: "17",
        trace_id: "0af7651916cd43dd8448eb211c80319c",
        span_id: "b7ad6b7169203331",
        zxid: "0x100000001",
        queuedMs: 600,
        sentMs: 0,
        committedMs: 800,
        answeredMs: 0,
        tookMs: 1_400,
      },
    },
  ]);
});

it("says nothing of others, and keeps how long all of them took", () => {
  rig.catchUp(leader);
  rig.create("/a");
  applyAt(999);
  expect(rig.warnings).toEqual([]);
  const { updateMs } = rig.requests.latencies;
  expect([updateMs.count, updateMs.sum]).toEqual([1, 999]);
});

it("fills no disk when everything is slow: thirty lines a minute, and one that sums up", () => {
  rig.catchUp(leader);
  for (let n = 0; n < 100; n += 1) rig.create(`/a${n}`);
  applyAt(2_000);
  expect(rig.warnings.length).toBe(30);
  rig.nowMs = 62_001;
  rig.requests.tick();
  expect(rig.warnings.slice(30)).toEqual([
    {
      message: "70 further slow requests in the last minute have no line of their own",
      fields: { count: 70, tookMsMax: 2_000 },
    },
  ]);
});

it("counts and tells what was given up", () => {
  rig.catchUp(leader);
  const outcome = rig.create("/a");
  rig.takeSent();
  rig.nowMs = 60_001;
  rig.requests.tick();
  expect(outcome.state).toBe("failed");
  expect(rig.requests.counters.expired).toBe(1);
  expect(rig.warnings.map(({ message }) => message)).toEqual([
    "A write that was given up took 60001 ms",
  ]);
});
