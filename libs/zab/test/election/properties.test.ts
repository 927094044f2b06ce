import fc from "fast-check";
import { expect, test } from "vitest";
import { type HistoryOfReplica, Room } from "./room.ts";

const aHistory: fc.Arbitrary<HistoryOfReplica> = fc.record({
  epoch: fc.integer({ min: 1, max: 3 }),
  counter: fc.integer({ min: 1, max: 4 }),
});

const anEnsemble = fc.array(aHistory, { minLength: 1, maxLength: 7 });

/** finalizeWait, and what the ticks' phases add. */
const ELECTION_TICKS_MAX = 4;

test("all that start together agree at once on the most recent history", () => {
  fc.assert(
    fc.property(anEnsemble, fc.nat(), (histories, seed) => {
      const room = new Room(histories, { seed, loss: 0 });
      for (const id of room.ids) room.start(id);
      room.run(ELECTION_TICKS_MAX);
      const best = histories
        .map(({ epoch, counter }, i) => ({ epoch, counter, id: i + 1 }))
        .sort((a, b) => a.epoch - b.epoch || a.counter - b.counter || a.id - b.id)
        .at(-1);
      expect(room.advised()).toEqual(room.ids.map(() => best?.id));
    }),
  );
});

test("an empty ensemble is founded by its highest id, and only when all are there", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.nat(), fc.nat(), (count, last, seed) => {
      const room = new Room(Array(count).fill(undefined), { seed, loss: 0 });
      const late = room.ids[last % count];
      for (const id of room.ids) if (id !== late) room.start(id);
      room.run(100);
      expect(room.advised().every((leader) => leader === undefined)).toBe(true);
      if (late !== undefined) room.start(late);
      room.run(ELECTION_TICKS_MAX);
      expect(room.advised()).toEqual(room.ids.map(() => count));
    }),
    { numRuns: 40 },
  );
});

test("a quorum is enough, whoever is missing", () => {
  fc.assert(
    fc.property(anEnsemble, fc.nat(), (histories, seed) => {
      const room = new Room(histories, { seed, loss: 0 });
      const missing = Math.floor((histories.length - 1) / 2);
      const absent = room.shuffledIds().slice(0, missing);
      for (const id of room.ids) if (!absent.includes(id)) room.start(id);
      room.run(ELECTION_TICKS_MAX);
      expect(room.establishedLeader()).toBeDefined();
    }),
  );
});

test("whatever is lost, killed and restarted, once the network is whole all follow one leader", () => {
  fc.assert(
    fc.property(anEnsemble, fc.nat(), fc.nat({ max: 80 }), (histories, seed, loss) => {
      const room = new Room(histories, { seed, loss: loss / 100 });
      room.chaos(400);
      room.heal();
      room.run(600);
      const leader = room.establishedLeader();
      expect(leader).toBeDefined();
      expect(room.followed()).toEqual(room.ids.map(() => leader));
    }),
    { numRuns: 150 },
  );
});

test("a dead leader is replaced within a few ticks of being given up", () => {
  fc.assert(
    fc.property(
      fc.array(aHistory, { minLength: 3, maxLength: 7 }),
      fc.nat(),
      fc.boolean(),
      (histories, seed, electorToo) => {
        const room = new Room(histories, { seed, loss: 0 });
        for (const id of room.ids) room.start(id);
        room.run(50);
        const before = room.establishedLeader();
        if (before === undefined) throw new Error("nobody led");
        room.killReplica(before);
        if (electorToo) room.killElector(before);
        room.run(Room.LEADER_SILENCE_TICKS + Room.REPLICA_TICK_TICKS + ELECTION_TICKS_MAX);
        const after = room.establishedLeader();
        expect(after).toBeDefined();
        expect(after).not.toBe(before);
      },
    ),
  );
});
