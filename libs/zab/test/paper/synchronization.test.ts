import { describe, expect, test } from "vitest";
import { established, loseLeader } from "./given.ts";

describe("section V, phase 2: synchronization", () => {
  test("step l.2.1: the leader proposes itself with its epoch and its initial history", () => {
    const ensemble = established(3);
    loseLeader(ensemble, 1);
    ensemble.advise(2, 2, 3);
    const seen: unknown[] = [];
    ensemble.run(({ envelope }) => {
      if (envelope.packet.type === "NEWLEADER") seen.push(envelope.packet);
      return true;
    });
    expect(seen[0]).toMatchObject({ epoch: 2, lastZxid: 2 ** 32 + 1 });
  });

  test("step f.2.1: a follower that promised a later epoch does not take the leader's history", () => {
    const ensemble = established(3);
    loseLeader(ensemble, 1);
    ensemble.advise(2, 2, 3);
    ensemble.run(({ envelope }) => envelope.packet.type !== "NEWLEADER");
    for (let i = 0; i < 30; i++) ensemble.tick(3);
    ensemble.advise(3, 3);
    ensemble.network = [];
    ensemble.start(1);
    ensemble.advise(3, 1);
    ensemble.run();
    expect(ensemble.node(3).store.hardState).toMatchObject({ acceptedEpoch: 3, currentEpoch: 3 });
    expect(ensemble.peer(3).status.established).toBe(true);
  });

  test("step f.2.1: the epoch and the history are on disk together before they are acknowledged", () => {
    const ensemble = established(3);
    loseLeader(ensemble, 1);
    ensemble.advise(2, 2, 3);
    ensemble.run(({ envelope }) => envelope.packet.type !== "NEWLEADER");
    ensemble.node(3).holding = true;
    for (let i = 0; i < 3; i++) {
      ensemble.tick(3);
      ensemble.run();
    }
    expect(ensemble.peer(2).status.established).toBe(false);
    ensemble.release(3);
    ensemble.run();
    expect(ensemble.peer(2).status.established).toBe(true);
  });

  test("step l.2.2: with acknowledgements of a quorum the initial history is committed", () => {
    const ensemble = established(3);
    ensemble.propose(1, "x");
    ensemble.run(({ envelope, to }) => envelope.packet.type === "PROPOSAL" && to === 2);
    expect(ensemble.texts(2)).toEqual([]);
    loseLeader(ensemble, 1);
    ensemble.advise(2, 2, 3);
    ensemble.run();
    expect(ensemble.texts(2)).toEqual(["x"]);
  });

  test("step f.2.2: followers deliver the initial history in order when it is committed", () => {
    const ensemble = established(3);
    for (const text of ["x", "y", "z"]) ensemble.propose(1, text);
    ensemble.run(({ envelope, to }) => envelope.packet.type === "PROPOSAL" && to === 2);
    loseLeader(ensemble, 1);
    ensemble.advise(2, 2, 3);
    ensemble.run();
    expect(ensemble.texts(3)).toEqual(["x", "y", "z"]);
  });
});
