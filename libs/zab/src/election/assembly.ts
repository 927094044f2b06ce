import type { ServerId } from "../ids.ts";
import type { Notification } from "./messages.ts";
import { compareVotes } from "./vote.ts";

/**
 * The way out when voices are too few for a quorum: a new ensemble, where nobody has one, or a
 * founding that was interrupted (ADR 0001). When every single voter is there, none can hold a
 * transaction that the others do not know of, so the most recent of them may lead: of those with a
 * voice if there are any, since a data folder that is not admitted leads no history but an empty
 * one. Among empty histories that is the highest id.
 *
 * `all` has one notification for every voter. Whoever leads already is joined.
 */
export function chooseFounder(all: readonly Notification[]): ServerId | undefined {
  if (all.some(({ established }) => established)) return undefined;
  const leading = all.filter(({ serverState }) => serverState === "LEADING");
  const voices = all.filter(({ voice }) => voice);
  const candidates = leading.length > 0 ? leading : voices.length > 0 ? voices : all;
  return candidates.map(historyOf).sort(compareVotes).at(-1)?.leader;
}

function historyOf({ from, epoch, lastZxid }: Notification) {
  return { leader: from, peerEpoch: epoch, zxid: lastZxid };
}
