import { type StreamEnd, StreamUnavailable } from "@meerkat/bus";
import { END_OF_TXN, type EventId, parseEventId } from "@meerkat/watch-events";
import { formatZxid, type Zxid } from "@meerkat/zab";
import type { Stored } from "./stream-writer.ts";

/** Before everything that ever happened. */
export const BEGINNING: EventId = { zxid: 0, index: END_OF_TXN };

/**
 * The last change that a stream with this end has been told of. `stored` is what this leader knows of
 * the stream: it counts when all messages have expired.
 *
 * @throws StreamUnavailable when the stream is not one of this ensemble
 */
export function positionAt(end: StreamEnd, stored: Stored | undefined, applied: Zxid): EventId {
  if (end.lastId === undefined) {
    const isKnown = stored !== undefined && end.sequence > 0 && stored.sequence === end.sequence;
    return isKnown ? stored.through : BEGINNING;
  }
  const last = parseEventId(end.lastId);
  if (last === undefined) {
    throw new StreamUnavailable(
      "refused",
      `the last message of the stream is none of Meerkat's (its id is "${end.lastId}"); whoever ` +
        "publishes there must not: delete that message, or the stream",
    );
  }
  if (last.zxid <= applied) return last;
  const [ends, here] = [formatZxid(last.zxid as Zxid), formatZxid(applied)];
  throw new StreamUnavailable(
    "refused",
    `the stream ends at ${ends}, but the history of this ensemble at ${here}: it holds the events of ` +
      "another ensemble of the same name; delete it, and it is made anew",
  );
}
