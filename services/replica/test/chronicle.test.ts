import type { Logger } from "@meerkat/telemetry";
import { makeEpoch, type PeerStatus, type ServerId } from "@meerkat/zab";
import { beforeEach, expect, it } from "vitest";
import { Chronicle } from "../src/chronicle.ts";
import { newReignCounters } from "../src/metrics/reign-counters.ts";
import { SyncTraffic } from "../src/metrics/sync-traffic.ts";
import { SlowCommits } from "../src/storage/slow-commits.ts";
import { zxid } from "./storage/folder.ts";

let lines: string[];
let chronicle: Chronicle;
let counters: ReturnType<typeof newReignCounters>;

function recorder(): Logger {
  const at = (level: string) => (fields: object | string, text?: string) =>
    void lines.push(`${level} ${text ?? fields}`);
  const levels = { info: at("info"), warn: at("warn"), debug: () => undefined };
  return levels as unknown as Logger;
}

beforeEach(() => {
  lines = [];
  counters = newReignCounters();
  const syncTraffic = new SyncTraffic();
  chronicle = new Chronicle({ logger: recorder(), syncTraffic, reignCounters: counters });
});

const looking = (reason: string): PeerStatus => ({
  serverState: "LOOKING",
  zabState: "ELECTION",
  epoch: makeEpoch(1),
  leader: undefined,
  established: false,
  voice: true,
  lastZxid: zxid(1, 7),
  committed: zxid(1, 7),
  reason,
});

function following(leader: number, epoch: number, established = true): PeerStatus {
  const status = looking(`server ${leader} leads epoch ${epoch}`);
  const zabState = established ? "BROADCAST" : "DISCOVERY";
  const role = { serverState: "FOLLOWING", zabState, established } as const;
  return { ...status, ...role, epoch: makeEpoch(epoch), leader: leader as ServerId };
}

it("has one line when the leader is lost and one when there is another", () => {
  chronicle.onStatus(following(3, 1));
  chronicle.onStatus(looking("nothing heard of leader 3 for 5 ticks"));
  chronicle.onStatus(following(2, 1, false), 40);
  chronicle.onStatus(following(2, 2), 90);
  expect(lines.slice(1)).toEqual([
    "warn Lost leader 3 of epoch 1: nothing heard of leader 3 for 5 ticks",
    "info Follows leader 2 in epoch 2, after 90 ms without one; came to its history by DIFF (0 transactions)",
  ]);
});

it("says that it leads, and why it no longer does", () => {
  chronicle.onStatus(looking("just started"));
  chronicle.onStatus({ ...following(1, 2), serverState: "LEADING" }, 120);
  chronicle.onStatus(looking("no quorum was heard of for 5 ticks"));
  expect(lines).toEqual([
    "info Leads epoch 2, after 120 ms without one; its history ends at 0x100000007",
    "warn No longer leads epoch 2: no quorum was heard of for 5 ticks",
  ]);
});

it("tells a synchronization with the same leader from an election", () => {
  chronicle.onStatus(following(3, 1));
  const again = { ...following(3, 1, false), reason: "a proposal of the leader was lost" };
  chronicle.onStatus(again);
  expect(lines.at(-1)).toBe(
    "info Synchronizes with leader 3 again: a proposal of the leader was lost",
  );
});

it("reminds of an outage, ever more rarely and from ten seconds on as a warning", () => {
  chronicle.onStatus(looking("waiting for a quorum; not heard of: 1, 2"));
  for (const seconds of [0.5, 1, 5, 10, 30, 60]) {
    chronicle.onTick(seconds * 1_000, seconds * 1_000);
  }
  const why = "waiting for a quorum; not heard of: 1, 2";
  expect(lines).toEqual([
    `info Without a leader and its epoch for 1 s: ${why}`,
    `warn Without a leader and its epoch for 10 s: ${why}`,
    `warn Without a leader and its epoch for 60 s: ${why}`,
  ]);
});

it("has one line a second for sessions that expire together", () => {
  chronicle.onStatus(following(3, 1));
  lines = [];
  for (const [nowMs, expired] of [
    [5_000, 1],
    [5_050, 40],
    [5_100, 90],
    [6_050, 90],
  ] as const) {
    counters.sessionsExpired = expired;
    chronicle.onTick(nowMs, undefined);
  }
  expect(lines).toEqual([
    "info Ended 1 session: their clients were not heard of for their session timeout",
    "info Ended 89 sessions: their clients were not heard of for their session timeout",
  ]);
});

it("says that the disk is slow, at most every ten seconds, and how often", () => {
  const slow = new SlowCommits(1_000, recorder());
  for (const [nowMs, tookMs] of [
    [0, 999],
    [1, 1_500],
    [2, 4_000],
    [10_001, 1_200],
  ] as const) {
    slow.onCommitted(tookMs, nowMs);
  }
  expect(lines.map((line) => /a commit took \d+ ms/.exec(line)?.[0])).toEqual([
    "a commit took 1500 ms",
    "a commit took 4000 ms",
  ]);
});
