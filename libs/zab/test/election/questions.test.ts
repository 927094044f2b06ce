import { beforeEach, expect, test } from "vitest";
import {
  ELECTION_TIMES_DEFAULT,
  FastLeaderElection,
  type Notification,
  type ReplicaState,
} from "../../src/election/index.ts";
import { type Incarnation, makeEpoch, makeZxid, type ServerId } from "../../src/index.ts";

const self = 1 as ServerId;
const other = 2 as ServerId;
const epoch = makeEpoch(3);
const history = { epoch, lastZxid: makeZxid(epoch, 1), voice: true };
const { claimFreshTicks, claimSilenceTicks } = ELECTION_TIMES_DEFAULT;

const LEADING: ReplicaState = {
  ...history,
  incarnation: 1 as Incarnation,
  serverState: "LEADING",
  leader: self,
  established: true,
};

const WHOM_TO_FOLLOW: Notification = {
  ...history,
  from: other,
  serverState: "LOOKING",
  round: 1,
  vote: { leader: other, peerEpoch: epoch, zxid: history.lastZxid },
  established: false,
};

let election: FastLeaderElection;

beforeEach(() => {
  election = new FastLeaderElection({ self, voters: [self, other], ...ELECTION_TIMES_DEFAULT });
});

function taken(): string[] {
  const said: string[] = [];
  while (election.hasReady()) {
    const { notification, question } = election.takeReady();
    if (question) said.push("asks");
    if (notification !== undefined) said.push(`says ${notification.serverState}`);
  }
  return said;
}

test("a new elector asks its replica how it is", () => {
  expect(taken()).toEqual(["asks"]);
  election.replicaState(LEADING);
  expect(taken()).toEqual(["says LEADING"]);
});

test("what the replica has just said is passed on; of anything older it is asked first", () => {
  election.replicaState(LEADING);
  taken();
  election.tick(claimFreshTicks);
  election.step(WHOM_TO_FOLLOW);
  expect(taken()).toEqual(["says LEADING"]);
  election.tick();
  election.step(WHOM_TO_FOLLOW);
  expect(taken()).toEqual(["asks"]);
  election.replicaState(LEADING);
  expect(taken()).toEqual(["says LEADING"]);
});

test("of a replica that does not answer nothing is said", () => {
  election.replicaState(LEADING);
  taken();
  election.tick(claimFreshTicks + 1);
  for (let question = 0; question < 10; question += 1) {
    election.step(WHOM_TO_FOLLOW);
    expect(taken()).toEqual(["asks"]);
    election.tick(claimFreshTicks);
  }
});

test("quiet ticks do nothing, and the one after them notices that the replica is silent", () => {
  taken();
  election.replicaState(LEADING);
  taken();
  expect(election.quietTicks).toBe(claimSilenceTicks);
  election.tick(election.quietTicks);
  expect(election.status).toContain("LEADING");
  expect(election.quietTicks).toBe(0);
  election.tick();
  expect(election.status).toBe("Waits for replica 1 to report its state.");
});

test("while its replica looks no tick is quiet", () => {
  election.replicaState({ ...LEADING, serverState: "LOOKING", leader: undefined });
  taken();
  expect(election.quietTicks).toBe(0);
});
