import type { ServerId } from "../ids.ts";
import type { Notification } from "./messages.ts";

/** Somebody whom others lead or follow already, and how we know. */
export interface LeaderReport {
  readonly leader: ServerId;
  /** False when only followers speak of it: it may have died a moment ago. */
  readonly firstHand: boolean;
}

/**
 * Rule for FOLLOWING and LEADING messages: a LOOKING server joins a leader that says itself that it
 * leads, if its epoch is established (then a quorum stands behind it) or a quorum reports to
 * follow it. Without a word of the leader's own elector a quorum that follows it in an established
 * epoch is hearsay: true once it has held for longer than followers bear a silent leader.
 */
export function findLeader(
  reports: readonly Notification[],
  isQuorum: (has: (server: ServerId) => boolean) => boolean,
): LeaderReport | undefined {
  const claims = reports.filter(({ serverState }) => serverState !== "LOOKING");
  const inOrder = [...claims].sort((a, b) => b.epoch - a.epoch || b.vote.leader - a.vote.leader);
  for (const { vote } of inOrder) {
    const { leader } = vote;
    const behind = claims.filter((claim) => claim.vote.leader === leader);
    const own = behind.find(
      ({ from, serverState }) => from === leader && serverState === "LEADING",
    );
    if (own?.established || (own !== undefined && isQuorum(votersOf(behind)))) {
      return { leader, firstHand: true };
    }
    const established = behind.filter((claim) => claim.established);
    const following = votersOf(established);
    const hearsay = (server: ServerId) => server === leader || following(server);
    if (own === undefined && established.length > 0 && isQuorum(hearsay)) {
      return { leader, firstHand: false };
    }
  }
  return undefined;
}

function votersOf(claims: readonly Notification[]): (server: ServerId) => boolean {
  const voters = new Set(claims.filter(({ voice }) => voice).map(({ from }) => from));
  return (server) => voters.has(server);
}
