import type { PeerStatus, Proposal, Zxid } from "@meerkat/zab";
import { expect, it } from "vitest";
import { RoleTimes } from "../src/metrics/role-times.ts";
import { SyncTraffic } from "../src/metrics/sync-traffic.ts";
import { zxid } from "./storage/folder.ts";

type State = Pick<PeerStatus, "serverState" | "established">;

function run(times: RoleTimes, steps: readonly (readonly [number, State])[]): void {
  for (const [nowMs, state] of steps) times.onStatus(state as PeerStatus, nowMs);
}

const looking: State = { serverState: "LOOKING", established: false };
const following = (established: boolean): State => ({ serverState: "FOLLOWING", established });
const leading = (established: boolean): State => ({ serverState: "LEADING", established });

it("knows how long elections, synchronizations and outages took", () => {
  const times = new RoleTimes();
  run(times, [
    [0, looking],
    [30, following(false)],
    [50, following(true)],
    [1_000, looking],
    [1_010, looking],
    [1_200, leading(false)],
    [1_300, leading(true)],
  ]);
  expect(times.lookingCount).toBe(2);
  expect([times.electionMs.count, times.electionMs.sum]).toEqual([2, 230]);
  expect([times.followerSyncMs.count, times.followerSyncMs.sum]).toEqual([1, 20]);
  expect([times.unavailableMs.count, times.unavailableMs.sum]).toEqual([2, 350]);
  expect(times.leaderUptimeMs(1_500)).toBe(200);
  expect(times.outageMs(1_500)).toBeUndefined();
});

it("counts a rejoin to the same leader as a synchronization, not as an election", () => {
  const times = new RoleTimes();
  run(times, [
    [0, looking],
    [10, following(false)],
    [20, following(true)],
    [100, following(false)],
    [140, following(true)],
  ]);
  expect(times.electionMs.count).toBe(1);
  expect([times.followerSyncMs.count, times.followerSyncMs.sum]).toEqual([2, 50]);
});

it("has an outage for as long as there is no established epoch", () => {
  const times = new RoleTimes();
  run(times, [
    [100, looking],
    [200, leading(false)],
    [250, looking],
  ]);
  expect(times.outageMs(300)).toBe(200);
  expect(times.leaderUptimeMs(300)).toBeUndefined();
});

const proposal = (first: Zxid, last: Zxid): Proposal => {
  return { previous: zxid(1, 0), first, last, kind: "txns", payload: new Uint8Array(0) };
};

it("tells how a replica came to its leader's history", () => {
  const traffic = new SyncTraffic();
  const packet = { attempt: 1, epoch: 2, committed: zxid(1, 9) } as never as { epoch: never };
  const diff = {
    ...packet,
    type: "DIFF",
    after: zxid(1, 5),
    attempt: 1,
    committed: zxid(1, 9),
  } as const;
  traffic.onReceived({ ...packet, type: "TRUNC", attempt: 1, to: zxid(1, 5) });
  const part = { ...diff, proposals: [proposal(zxid(1, 6), zxid(1, 8))] };
  traffic.onReceived({ ...part, complete: false });
  traffic.onReceived({ ...part, proposals: [proposal(zxid(1, 9), zxid(1, 9))], complete: true });
  expect([traffic.truncsTaken, traffic.diffsTaken, traffic.snapsTaken]).toEqual([1, 1, 0]);
  expect(traffic.takeStory()).toBe(
    "TRUNC (everything after 0x100000005 was withdrawn), then DIFF (4 transactions)",
  );
  expect(traffic.takeStory()).toBe("DIFF (0 transactions)");
});
