import { END_OF_TXN, type EventId, parseEventId } from "@meerkat/watch-events";
import { badRequest } from "../errors/problem.ts";
import { parseHexOrDecimal } from "./zxid-text.ts";

/**
 * From where a client wants to go on: behind an event by its id (`0x100000002-0`), or behind everything that a txn
 * did by its zxid. `field` is where it was said.
 * @throws HttpProblem 400
 */
export function eventPlace(text: string, field: string): EventId {
  const zxid = parseHexOrDecimal(text);
  if (zxid !== undefined) return { zxid, index: END_OF_TXN };
  const id = parseEventId(text);
  if (id !== undefined) return id;
  throw badRequest(
    `${field} must be the id of an event such as 0x100000002-0, or a zxid such as 0x100000002.`,
    field,
  );
}
