import { expect, test } from "vitest";
import {
  ELECTION_TIMES_DEFAULT,
  FastLeaderElection,
  type Notification,
  type ReplicaState,
} from "../../src/election/index.ts";
import { EPOCH_ZERO, type Incarnation, type ServerId, ZXID_ZERO } from "../../src/index.ts";

const self = 1 as ServerId;
const other = 2 as ServerId;
const history = { epoch: EPOCH_ZERO, lastZxid: ZXID_ZERO, voice: true, established: false };

test("an answer that is still owed when the replica falls silent is not owed for ever", () => {
  const election = new FastLeaderElection({
    self,
    voters: [self, other],
    ...ELECTION_TIMES_DEFAULT,
  });
  const state: ReplicaState = {
    ...history,
    incarnation: 1 as Incarnation,
    serverState: "FOLLOWING",
    leader: other,
  };
  election.replicaState(state);
  const question: Notification = {
    ...history,
    from: other,
    serverState: "LOOKING",
    round: 1,
    vote: { leader: other, peerEpoch: EPOCH_ZERO, zxid: ZXID_ZERO },
  };
  for (let tick = 0; tick < 100; tick++) {
    // The second question of a tick waits for the next, in which the replica may be given up.
    for (let asked = 0; asked < 2; asked++) {
      election.step(question);
      if (election.hasReady()) election.takeReady();
    }
    election.tick();
    let taken = 0;
    while (election.hasReady() && taken < 10) {
      election.takeReady();
      taken++;
    }
    expect(taken).toBeLessThan(10);
  }
});
