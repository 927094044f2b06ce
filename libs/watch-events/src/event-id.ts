import { hexOf } from "./hex.ts";

/**
 * Names one change for all time, and its place among all others: `0x100000002-0`. Also the id of its
 * message in JetStream, and Last-Event-ID of the event stream over HTTP.
 */
export interface EventId {
  readonly zxid: number;
  readonly index: number;
}

/** Behind all changes of a txn; printed as `end`. */
export const END_OF_TXN = Number.POSITIVE_INFINITY;

const FORM = /^0x([0-9a-f]{1,14})-(end|[0-9]{1,9})$/;

export function formatEventId({ zxid, index }: EventId): string {
  return `${hexOf(zxid)}-${index === END_OF_TXN ? "end" : index}`;
}

/** Undefined for what is no id. */
export function parseEventId(text: string): EventId | undefined {
  const [, zxidHex, indexText] = FORM.exec(text) ?? [];
  if (zxidHex === undefined || indexText === undefined) return undefined;
  const zxid = Number.parseInt(zxidHex, 16);
  if (!Number.isSafeInteger(zxid)) return undefined;
  return { zxid, index: indexText === "end" ? END_OF_TXN : Number(indexText) };
}

/** Negative when `a` comes first, 0 when both are the same. */
export function compareEventIds(a: EventId, b: EventId): number {
  if (a.zxid !== b.zxid) return a.zxid - b.zxid;
  return a.index === b.index ? 0 : a.index - b.index;
}
