import { expect, test } from "vitest";
import { Ensemble } from "./harness/ensemble.ts";

function established(voters: number, observers = 0): Ensemble {
  const ensemble = new Ensemble({ voters, observers });
  ensemble.advise(1);
  ensemble.run();
  ensemble.tick();
  ensemble.run();
  ensemble.tick();
  ensemble.run();
  return ensemble;
}

for (const voters of [1, 2, 3, 4, 5, 6, 7]) {
  test(`${voters} empty voters found an ensemble and deliver what is proposed everywhere`, () => {
    const ensemble = established(voters, 2);
    expect(ensemble.peer(1).status.established).toBe(true);
    ensemble.propose(1, "a");
    ensemble.propose(1, "b", 3);
    ensemble.run();
    for (const { id, peer } of ensemble.nodes.values()) {
      expect([id, peer.status.reason, ensemble.texts(id)]).toEqual([
        id,
        peer.status.reason,
        ["a", "b"],
      ]);
      expect(peer.status.zabState).toBe("BROADCAST");
    }
  });
}

test("after the leader's death the others go on under the next epoch, and it comes back", () => {
  const ensemble = established(3);
  ensemble.propose(1, "a");
  ensemble.run();
  ensemble.crash(1);
  for (let i = 0; i < 6; i++) ensemble.tick();
  expect(ensemble.peer(2).status.serverState).toBe("LOOKING");
  ensemble.advise(2, 2, 3);
  ensemble.run();
  expect(ensemble.peer(2).status).toMatchObject({ established: true, epoch: 2 });
  ensemble.propose(2, "b");
  ensemble.run();
  ensemble.start(1);
  ensemble.advise(2, 1);
  ensemble.run();
  expect(ensemble.texts(1)).toEqual(["a", "b"]);
});

test("a wiped voter is synchronised, admitted and counted again", () => {
  const ensemble = established(3);
  ensemble.propose(1, "a");
  ensemble.run();
  ensemble.crash(3);
  ensemble.wipe(3);
  ensemble.start(3);
  ensemble.advise(1, 3);
  ensemble.run();
  ensemble.tick();
  ensemble.run();
  expect(ensemble.peer(3).status).toMatchObject({ zabState: "BROADCAST", voice: true });
  ensemble.crash(2);
  ensemble.propose(1, "b");
  ensemble.run();
  expect(ensemble.texts(3)).toEqual(["a", "b"]);
  ensemble.peer(1).barrier(7);
  ensemble.work(ensemble.node(1));
  ensemble.run();
  expect(ensemble.node(1).barriers).toEqual([{ id: 7, zxid: ensemble.peer(1).status.lastZxid }]);
});
