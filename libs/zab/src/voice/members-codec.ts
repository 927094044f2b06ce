import type { ServerId, StoreId } from "../ids.ts";
import { invariant } from "../invariant.ts";
import type { Members } from "../proposal.ts";

const MEMBER_BYTES = 10;

/** The payload of an admission: for each voter, ascending, a u16 id and its store as a float64. */
export function encodeMembers(members: Members): Uint8Array {
  const bytes = new Uint8Array(members.size * MEMBER_BYTES);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const [voter, store] of [...members].sort(([a], [b]) => a - b)) {
    view.setUint16(offset, voter);
    view.setFloat64(offset + 2, store);
    offset += MEMBER_BYTES;
  }
  return bytes;
}

/** @throws InvariantViolation when the bytes are not what `encodeMembers` writes. */
export function decodeMembers(payload: Uint8Array): Members {
  invariant(
    payload.length % MEMBER_BYTES === 0,
    "an admission holds whole members",
    payload.length,
  );
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const members = new Map<ServerId, StoreId>();
  for (let offset = 0; offset < payload.length; offset += MEMBER_BYTES) {
    members.set(view.getUint16(offset) as ServerId, view.getFloat64(offset + 2) as StoreId);
  }
  return members;
}
