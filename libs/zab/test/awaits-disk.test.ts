import { expect, test } from "vitest";
import { Ensemble } from "./harness/ensemble.ts";

/** Server 1 leads, and its disk keeps what comes to itself. */
function withBusyLeader(voters: number): Ensemble {
  const ensemble = new Ensemble({ voters });
  ensemble.establish(1);
  ensemble.propose(1, "first");
  ensemble.run();
  ensemble.node(1).holding = true;
  return ensemble;
}

test("nobody waits for a leader's disk before a follower has acknowledged", () => {
  const ensemble = withBusyLeader(3);
  expect(ensemble.peer(1).awaitsDisk).toBe(false);
  ensemble.propose(1, "a");
  expect(ensemble.peer(1).awaitsDisk).toBe(false);
  ensemble.run(({ to, envelope }) => to === 2 || envelope.from === 2);
  expect(ensemble.peer(1).awaitsDisk).toBe(true);
  expect(ensemble.texts(1)).toEqual(["first"]);
  ensemble.release(1);
  expect(ensemble.texts(1)).toEqual(["first", "a"]);
  expect(ensemble.peer(1).awaitsDisk).toBe(false);
});

test("what the others have committed waits for it as well: it delivers what is on its disk", () => {
  const ensemble = withBusyLeader(3);
  ensemble.propose(1, "a");
  ensemble.run();
  expect(ensemble.peer(1).status.committed).toBe(ensemble.peer(1).status.lastZxid);
  expect(ensemble.texts(1)).toEqual(["first"]);
  expect(ensemble.peer(1).awaitsDisk).toBe(true);
});

test("a leader alone waits for nothing else", () => {
  const ensemble = withBusyLeader(1);
  ensemble.propose(1, "a");
  expect(ensemble.peer(1).awaitsDisk).toBe(true);
});

test("a follower's acknowledgement waits for its disk", () => {
  const ensemble = withBusyLeader(3);
  expect(ensemble.peer(2).awaitsDisk).toBe(true);
});
