export { ELECTION_TIMES_DEFAULT, type ElectionConfig } from "./election-config.ts";
export { type ElectionReady, FastLeaderElection } from "./fast-leader-election.ts";
export type { Advice, Notification, ReplicaState } from "./messages.ts";
export { compareVotes, sameVote, type Vote } from "./vote.ts";
