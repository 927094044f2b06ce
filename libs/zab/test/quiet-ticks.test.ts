import { beforeEach, expect, test } from "vitest";
import { Ensemble } from "./harness/ensemble.ts";

const SYNC_LIMIT_TICKS = 4;
const IDLE_BEAT_TICKS = 2;
const OBSERVER = 1001;

let ensemble: Ensemble;

/** Server 1 leads, everybody is up to date, and the leader has just sent a beat. */
beforeEach(() => {
  const config = { syncLimitTicks: SYNC_LIMIT_TICKS, idleBeatTicks: IDLE_BEAT_TICKS };
  ensemble = new Ensemble({ voters: 3, observers: 1, config });
  ensemble.advise(1);
  ensemble.run();
  for (let tick = 0; tick < 4; tick += 1) {
    ensemble.tick();
    ensemble.run();
  }
  ensemble.propose(1, "a");
  ensemble.run();
  ensemble.tick(1);
  ensemble.tick(1);
  ensemble.run();
});

function quietTicksOf(id: number): number {
  return ensemble.peer(id).quietTicks;
}

test("nobody sleeps before there is a leader", () => {
  const looking = new Ensemble({ voters: 3, observers: 1 });
  expect([...looking.nodes.values()].map(({ peer }) => peer.quietTicks)).toEqual([0, 0, 0, 0]);
});

test("an idle leader may sleep until its next beat", () => {
  expect(quietTicksOf(1)).toBe(IDLE_BEAT_TICKS - 1);
  ensemble.peer(1).tick();
  expect(ensemble.peer(1).hasReady()).toBe(false);
  expect(quietTicksOf(1)).toBe(0);
  ensemble.peer(1).tick();
  expect(ensemble.peer(1).hasReady()).toBe(true);
});

test("a leader with something outstanding, or about to lose its quorum, does not sleep", () => {
  ensemble.crash(2);
  ensemble.crash(3);
  ensemble.propose(1, "b");
  expect(quietTicksOf(1)).toBe(0);
  ensemble.start(2);
  ensemble.run(() => false);
  for (let tick = 0; tick < SYNC_LIMIT_TICKS; tick += 1) ensemble.tick(1);
  expect(quietTicksOf(1)).toBe(0);
});

test.each([2, OBSERVER])(
  "server %i may sleep, but not through the tick that gives the leader up",
  (id) => {
    const peer = ensemble.peer(id);
    const quiet = peer.quietTicks;
    expect(quiet).toBe(SYNC_LIMIT_TICKS - 1);
    for (let tick = 0; tick < quiet; tick += 1) {
      peer.tick();
      expect(peer.hasReady()).toBe(false);
    }
    expect(peer.quietTicks).toBe(0);
    peer.tick();
    expect(peer.status.established).toBe(true);
    peer.tick();
    expect(peer.status.serverState).toBe("LOOKING");
  },
);

test("a heartbeat makes room for sleep again", () => {
  ensemble.peer(2).tick();
  expect(quietTicksOf(2)).toBe(SYNC_LIMIT_TICKS - 2);
  ensemble.tick(1);
  ensemble.tick(1);
  ensemble.run();
  expect(quietTicksOf(2)).toBe(SYNC_LIMIT_TICKS - 1);
});

test("a follower that misses a proposal does not sleep", () => {
  ensemble.propose(1, "lost");
  ensemble.run(({ envelope }) => envelope.packet.type !== "PROPOSAL");
  ensemble.tick(1);
  ensemble.run();
  expect(quietTicksOf(2)).toBe(0);
});
