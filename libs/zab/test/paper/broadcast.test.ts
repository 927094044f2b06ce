import { describe, expect, test } from "vitest";
import { established, loseLeader, packetsOf } from "./given.ts";

describe("section V, phase 3: broadcast", () => {
  test("step l.3.1: proposals carry the leader's epoch and follow one another", () => {
    const ensemble = established(3);
    const one = ensemble.propose(1, "x", 2);
    const two = ensemble.propose(1, "y");
    expect(one).toMatchObject({ first: 2 ** 32 + 2, last: 2 ** 32 + 3 });
    expect(two).toMatchObject({ previous: one.last, first: one.last + 1 });
  });

  test("step f.3.1: followers accept proposals in order and acknowledge what is in stable storage", () => {
    const ensemble = established(3);
    ensemble.node(2).holding = true;
    ensemble.propose(1, "x");
    ensemble.run(({ to }) => to === 2);
    expect(packetsOf(ensemble, "ACK").filter(({ zxid }) => zxid > 2 ** 32 + 1)).toEqual([]);
    ensemble.release(2);
    expect(packetsOf(ensemble, "ACK").map(({ zxid }) => zxid)).toContain(2 ** 32 + 2);
  });

  test("step l.3.2: a proposal is committed when a quorum acknowledged it", () => {
    const ensemble = established(5);
    ensemble.propose(1, "x");
    ensemble.run(({ envelope, to }) => envelope.packet.type !== "PROPOSAL" || to === 2);
    expect(ensemble.texts(1)).toEqual([]);
    ensemble.tick();
    ensemble.run();
    expect(ensemble.peer(1).status.committed).toBe(2 ** 32 + 1);
  });

  test("step f.3.2: a follower delivers a transaction once all before it are delivered", () => {
    const ensemble = established(3);
    ensemble.propose(1, "x");
    ensemble.propose(1, "y");
    const [first] = ensemble.network.filter(({ envelope, to }) => {
      return envelope.packet.type === "PROPOSAL" && to === 3;
    });
    ensemble.run((message) => message !== first);
    expect(ensemble.texts(3)).toEqual(["x", "y"]);
  });

  test("steps l.3.3 and l.3.4: a leader takes in those who come later", () => {
    const ensemble = established(3);
    ensemble.crash(3);
    ensemble.propose(1, "x");
    ensemble.run();
    ensemble.start(3);
    ensemble.advise(1, 3);
    ensemble.run();
    expect(ensemble.texts(3)).toEqual(["x"]);
    expect(ensemble.peer(3).status.established).toBe(true);
  });
});

describe("section III: properties of a primary's order", () => {
  test("local primary order: of one primary, transactions are delivered in the order proposed", () => {
    const ensemble = established(3, 1);
    for (let i = 0; i < 5; i++) ensemble.propose(1, `${i}`);
    ensemble.run();
    for (const { id } of ensemble.nodes.values()) {
      expect(ensemble.texts(id)).toEqual(["0", "1", "2", "3", "4"]);
    }
  });

  test("global primary order: a later primary's transactions come after an earlier one's", () => {
    const ensemble = established(3);
    ensemble.propose(1, "of 1");
    ensemble.run(({ to }) => to !== 3);
    loseLeader(ensemble, 1);
    ensemble.advise(2, 2, 3);
    ensemble.run();
    ensemble.propose(2, "of 2");
    ensemble.run();
    expect(ensemble.texts(3)).toEqual(["of 1", "of 2"]);
  });

  test("primary integrity: a primary broadcasts only after it delivered what earlier ones committed", () => {
    const ensemble = established(3);
    ensemble.propose(1, "x");
    ensemble.run(({ envelope }) => envelope.packet.type !== "COMMIT");
    loseLeader(ensemble, 1);
    ensemble.advise(2, 2, 3);
    ensemble.run(() => {
      expect(ensemble.peer(2).canPropose && ensemble.texts(2).length === 0).toBe(false);
      return true;
    });
    expect(ensemble.peer(2).canPropose).toBe(true);
  });

  test("integrity: nothing is delivered that was not broadcast, and nothing twice in one run", () => {
    const ensemble = established(3);
    ensemble.propose(1, "x");
    ensemble.network = ensemble.network.flatMap((message) => [message, message]);
    ensemble.run();
    expect(ensemble.texts(2)).toEqual(["x"]);
  });
});

describe("section IV: multiple outstanding transactions", () => {
  test("a leader proposes without waiting for earlier commits, up to its bound", () => {
    const ensemble = established(3);
    for (let i = 0; i < 16; i++) ensemble.propose(1, `${i}`);
    expect(ensemble.peer(1).canPropose).toBe(false);
    ensemble.run();
    expect(ensemble.peer(1).canPropose).toBe(true);
  });
});
