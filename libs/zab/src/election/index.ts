export { ELECTION_TIMES_DEFAULT, type ElectionConfig } from "./election-config.ts";
export {
  CLAIM_REPORT_TICKS,
  ELECTOR_TICKS_PER_TICK,
  electionTimes,
  electorTickMs,
} from "./election-times.ts";
export { type ElectionReady, FastLeaderElection } from "./fast-leader-election.ts";
export type { Advice, Notification, ReplicaState } from "./messages.ts";
export { compareVotes, sameVote, type Vote } from "./vote.ts";
