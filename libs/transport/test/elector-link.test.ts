import { MemoryHub, Subjects } from "@meerkat/bus";
import {
  type Incarnation,
  makeEpoch,
  makeZxid,
  type PeerStatus,
  type ServerId,
} from "@meerkat/zab";
import type { ReplicaState } from "@meerkat/zab/election";
import { beforeEach, expect, test } from "vitest";
import { ElectionTransport, ElectorLink } from "../src/index.ts";

const subjects = new Subjects({ root: "meerkat", ensemble: "test" });
const self = 1 as ServerId;
const REPLICA = 100 as Incarnation;
const STATUS: PeerStatus = {
  serverState: "LOOKING",
  zabState: "ELECTION",
  epoch: makeEpoch(3),
  leader: undefined,
  established: false,
  voice: true,
  lastZxid: makeZxid(makeEpoch(3), 7),
  committed: makeZxid(makeEpoch(3), 6),
  reason: "started",
};

let hub: MemoryHub;
let link: ElectorLink;

beforeEach(() => {
  hub = new MemoryHub({ delivery: "pump" });
  link = new ElectorLink({ bus: hub.connect("replica"), subjects, self, incarnation: REPLICA });
});

function elector(id: number, incarnation: number): ElectionTransport {
  return new ElectionTransport({
    bus: hub.connect(`election-${id}`),
    subjects,
    self: id as ServerId,
    incarnation: incarnation as Incarnation,
  });
}

test("a replica's status reaches its elector", () => {
  const states: ReplicaState[] = [];
  elector(1, 1).listen({
    onNotification: () => undefined,
    onReplicaState: (state) => states.push(state),
  });
  link.report(STATUS);
  hub.pump();
  expect(states).toEqual([
    {
      incarnation: REPLICA,
      serverState: "LOOKING",
      epoch: 3,
      lastZxid: STATUS.lastZxid,
      leader: undefined,
      established: false,
      voice: true,
    },
  ]);
});

test("advice comes until it was acted on, and a round not again", () => {
  const heard: number[] = [];
  let acts = false;
  const onAdvice = (leader: number) => {
    heard.push(leader);
    return acts;
  };
  link.listen({ onAdvice, onQuestion: () => undefined });
  const advise = (from: ElectionTransport, leader: number, round: number) => {
    from.advise({ leader: leader as ServerId, round, incarnation: REPLICA });
    hub.pump();
  };
  const first = elector(1, 1);
  advise(first, 2, 5);
  acts = true;
  advise(first, 2, 5);
  advise(first, 2, 5);
  advise(first, 3, 4);
  expect(heard).toEqual([2, 2]);
  advise(first, 3, 6);
  expect(heard).toEqual([2, 2, 3]);
  // An elector that starts again counts its rounds anew.
  advise(elector(1, 2), 2, 1);
  expect(heard).toEqual([2, 2, 3, 2]);
  expect(link.received.stale).toBe(2);
});

test("advice for another run of the replica is not for this one", () => {
  const heard: number[] = [];
  link.listen({ onAdvice: (leader) => heard.push(leader) > 0, onQuestion: () => undefined });
  elector(1, 1).advise({ leader: self, round: 1, incarnation: 99 as Incarnation });
  hub.pump();
  expect(heard).toEqual([]);
});

test("a replica answers the question of its own elector", () => {
  let questions = 0;
  link.listen({ onAdvice: () => false, onQuestion: () => (questions += 1) });
  elector(1, 1).ask();
  elector(2, 1).ask();
  hub.connect("somebody").publish(subjects.electionAsk(1), new Uint8Array([1, 3]));
  hub.pump();
  expect(questions).toBe(1);
  expect(link.received.malformed).toBe(1);
});

test("electors hear each other, but not an old run of one, nor a second one of their own id", () => {
  const notification = (from: number, round: number) => ({
    from: from as ServerId,
    serverState: "LOOKING" as const,
    round,
    vote: { leader: from as ServerId, peerEpoch: STATUS.epoch, zxid: STATUS.lastZxid },
    epoch: STATUS.epoch,
    lastZxid: STATUS.lastZxid,
    voice: true,
    established: false,
  });
  const one = elector(1, 5);
  const heard: number[] = [];
  one.listen({
    onNotification: ({ round }) => heard.push(round),
    onReplicaState: () => undefined,
  });
  const two = elector(2, 7);
  two.notify(notification(2, 1));
  elector(2, 6).notify(notification(2, 2));
  elector(1, 9).notify(notification(1, 3));
  two.notify(notification(2, 4));
  hub.pump();
  expect(heard).toEqual([1, 4]);
  expect(one.received).toEqual({ malformed: 0, stale: 1, impostor: 1, forged: 0 });
});
