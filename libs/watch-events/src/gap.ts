import { END_OF_TXN, type EventId } from "./event-id.ts";
import { hexOf } from "./hex.ts";

/**
 * What nobody can be told any more: the replicas had deleted their logs of it before the stream could
 * be filled in. Never left out in silence: it takes its place among the events. It may be empty: nobody
 * knows whether the transactions in it have changed anything.
 */
export interface Gap {
  /** The last change before it. */
  readonly after: EventId;
  /** Zxid of the last txn whose changes are missing. */
  readonly through: number;
  /** When it was found, ms since the Unix epoch. */
  readonly time: number;
}

/** Behind a gap everything of its last txn is told, or never will be. */
export function idOfGap({ through }: Gap): EventId {
  return { zxid: through, index: END_OF_TXN };
}

export function encodeGap({ after, through, time }: Gap): string {
  return JSON.stringify({
    type: "Gap",
    after: hexOf(after.zxid),
    zxid: hexOf(through),
    time,
    detail:
      "What was changed behind `after`, up to and with `zxid`, is not in this stream: the replicas had " +
      "deleted their logs of it before it could be published. Read what you follow anew.",
  });
}
