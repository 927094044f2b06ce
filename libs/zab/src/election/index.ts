export type { Advice, Notification, ReplicaState } from "./messages.ts";
export { compareVotes, sameVote, type Vote } from "./vote.ts";
