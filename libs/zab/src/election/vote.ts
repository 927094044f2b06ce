import type { ServerId } from "../ids.ts";
import type { Epoch, Zxid } from "../zxid.ts";

/** For whom an elector votes, with that server's history. */
export interface Vote {
  readonly leader: ServerId;
  readonly peerEpoch: Epoch;
  readonly zxid: Zxid;
}

/**
 * Positive when `a` wins: the higher peerEpoch, then the higher zxid, then the higher server id
 * (totalOrderPredicate in ZooKeeper's FastLeaderElection). The id makes the order total.
 */
export function compareVotes(a: Vote, b: Vote): number {
  return a.peerEpoch - b.peerEpoch || a.zxid - b.zxid || a.leader - b.leader;
}

export function sameVote(a: Vote, b: Vote): boolean {
  return compareVotes(a, b) === 0;
}
