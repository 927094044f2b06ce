import { describe, expect, test } from "vitest";
import { Ensemble } from "../harness/ensemble.ts";
import { established, loseLeader, packetsOf } from "./given.ts";

/**
 * Junqueira, Reed, Serafini: Zab: High-performance broadcast for primary-backup systems (DSN 2011).
 * Each test states a step of the algorithms in section V or a property of section III in our words.
 */
describe("section V, phase 1: discovery", () => {
  test("step f.1.1: a follower sends its last promise to the prospective leader", () => {
    const ensemble = established(3);
    loseLeader(ensemble, 1);
    ensemble.advise(2, 3);
    const [info] = packetsOf(ensemble, "FOLLOWERINFO");
    expect(info).toMatchObject({ acceptedEpoch: 1, voice: true });
  });

  test("step l.1.1: with promises of a quorum the leader proposes an epoch later than all of them", () => {
    const ensemble = established(3);
    loseLeader(ensemble, 1);
    ensemble.advise(2, 2, 3);
    expect(packetsOf(ensemble, "LEADERINFO")).toEqual([]);
    ensemble.run(({ envelope }) => envelope.packet.type === "FOLLOWERINFO");
    expect(ensemble.node(2).store.hardState.acceptedEpoch).toBe(2);
  });

  test("step f.1.2: a follower takes a later epoch only, and not before it is in stable storage", () => {
    const ensemble = established(3);
    loseLeader(ensemble, 1);
    ensemble.node(3).holding = true;
    ensemble.advise(2, 2, 3);
    ensemble.run();
    expect(ensemble.node(3).store.hardState.acceptedEpoch).toBe(1);
    expect(ensemble.peer(2).status.zabState).toBe("DISCOVERY");
    ensemble.release(3);
    ensemble.run();
    expect(ensemble.peer(2).status.established).toBe(true);
  });

  test("step f.1.2: its acknowledgement carries its current epoch and its history", () => {
    const ensemble = established(3);
    loseLeader(ensemble, 1);
    const seen: unknown[] = [];
    ensemble.advise(2, 2, 3);
    ensemble.run(({ envelope }) => {
      if (envelope.packet.type === "ACKEPOCH") seen.push(envelope.packet);
      return true;
    });
    expect(seen[0]).toMatchObject({ epoch: 2, currentEpoch: 1, lastZxid: 2 ** 32 + 1 });
  });

  test("step l.1.2: nobody in the quorum knows more than the leader that goes on", () => {
    const ensemble = established(3);
    ensemble.propose(1, "x");
    ensemble.run(({ to }) => to !== 3);
    loseLeader(ensemble, 1);
    ensemble.advise(3, 2, 3);
    ensemble.run();
    expect(ensemble.peer(3).status).toMatchObject({
      serverState: "LOOKING",
      reason: "server 2 has a more recent history",
    });
  });

  test("an epoch has one leader: a promise is made to one run of one process", () => {
    const ensemble = new Ensemble({ voters: 1 });
    ensemble.advise(1);
    expect(ensemble.peer(1).status.epoch).toBe(1);
    ensemble.crash(1);
    ensemble.start(1);
    ensemble.advise(1);
    expect(ensemble.peer(1).status.epoch).toBe(2);
  });
});
