import { beforeEach, expect, test } from "vitest";
import { Ensemble } from "./harness/ensemble.ts";

let ensemble: Ensemble;

/** Server 1 leads; one observer counts the acknowledgements itself. */
beforeEach(() => {
  ensemble = new Ensemble({ voters: 3, observers: 1, config: { lazyCommits: true } });
  ensemble.establish(1);
  ensemble.propose(1, "first");
  ensemble.run();
  ensemble.tick(1);
  ensemble.run();
});

test("a commit is known to the leader and to observers, and told with the next proposal", () => {
  ensemble.propose(1, "a");
  ensemble.run();
  expect(ensemble.texts(1)).toEqual(["first", "a"]);
  expect(ensemble.texts(1001)).toEqual(["first", "a"]);
  expect(ensemble.texts(2)).toEqual(["first"]);
  ensemble.propose(1, "b");
  ensemble.run();
  expect(ensemble.texts(2)).toEqual(["first", "a"]);
});

test("or with the next tick, which is no quiet one", () => {
  ensemble.propose(1, "a");
  ensemble.run();
  expect(ensemble.peer(1).quietTicks).toBe(0);
  ensemble.tick(1);
  ensemble.run();
  expect(ensemble.texts(2)).toEqual(["first", "a"]);
});

test("who counts is told at once: a wiped store counts again without a tick", () => {
  ensemble.crash(3);
  ensemble.wipe(3);
  ensemble.start(3);
  ensemble.advise(1, 3);
  ensemble.run();
  expect(ensemble.peer(3).status.voice).toBe(true);
});
