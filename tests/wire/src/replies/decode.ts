import { MarshallingError } from "@meerkat/jute";
import type { Grant } from "../requests/connect-frame.ts";
import { isWrite, opcodeName } from "../requests/opcodes.ts";
import { readBody } from "./bodies.ts";
import { errorName } from "./error-names.ts";
import { Fields } from "./fields.ts";
import { isNoGrant, type Symbols } from "./symbols.ts";

/** A frame from the server: what it says for people, and its bytes with symbols in them. */
export interface Decoded {
  readonly said: string;
  readonly hex: string;
}

/** What a reply answers. */
export interface Asked {
  readonly xid: number;
  readonly opcode: number;
  readonly isConfig: boolean;
}

const CONNECT_BYTES = 36;

/** The answer to a connect request, and what it grants; nothing when it refuses. */
export function decodeConnect(
  payload: Uint8Array,
  symbols: Symbols,
): Decoded & { readonly grant: Grant | undefined } {
  const fields = new Fields(payload);
  let grant: Grant | undefined;
  const decoded = guarded(fields, () => {
    const protocol = fields.int();
    const timeout = fields.int();
    const session = fields.long((id) => (id === 0n ? undefined : symbols.session(id)));
    const password =
      fields.bytes((value) => (value.some(Boolean) ? symbols.password(value) : undefined)) ??
      new Uint8Array(0);
    const offered = { session, password };
    const flag = payload.length > CONNECT_BYTES ? ` readonly=${fields.byte()}` : "";
    if (isNoGrant(offered)) return `refused timeout=${timeout}${flag}`;
    grant = offered;
    return (
      `session ${symbols.session(session)} ${symbols.password(password)} timeout=${timeout}` +
      `${flag}${protocol === 0 ? "" : ` protocol=${protocol}`}`
    );
  });
  return { ...decoded, grant };
}

const EVENTS = ["none", "created", "deleted", "changed", "children"];
const STATE_CONNECTED = 3;

/** Releases differ in the zxid of a notification: -1, or that of the transaction. */
export function decodeEvent(payload: Uint8Array): Decoded {
  const fields = new Fields(payload);
  return guarded(fields, () => {
    fields.int();
    fields.long((zxid) => (zxid === -1n || zxid > 0n ? "zxid" : undefined));
    const err = fields.int();
    const type = fields.int();
    const state = fields.int();
    const path = fields.text();
    const strange = err === 0 && state === STATE_CONNECTED ? "" : ` err=${err} state=${state}`;
    return `event ${EVENTS[type] ?? type} ${path}${strange}`;
  });
}

export function decodeReply(payload: Uint8Array, asked: Asked, symbols: Symbols): Decoded {
  const fields = new Fields(payload);
  return guarded(fields, () => {
    const xid = fields.int();
    const err = new DataView(payload.buffer, payload.byteOffset).getInt32(12);
    if (err !== 0 && isWrite(asked.opcode)) symbols.unsettle();
    const shown = fields.long((zxid) => {
      if (zxid <= 0n) return undefined;
      if (err === 0 && isWrite(asked.opcode)) return symbols.written(zxid);
      return symbols.applied(zxid);
    });
    fields.int();
    const zxid = shown > 0n ? "" : ` zxid=${shown}`;
    const head = `${opcodeName(asked.opcode)} xid=${xid}${zxid}`;
    if (err !== 0) return `${head} ${errorName(err)}`;
    const body = readBody(asked.opcode, { fields, symbols, isConfig: asked.isConfig });
    return `${head} ${body}`.trim();
  });
}

export function xidOf(payload: Uint8Array): number {
  return payload.length < 4 ? 0 : new DataView(payload.buffer, payload.byteOffset).getInt32(0);
}

/** Whatever cannot be read is shown as it is. */
function guarded(fields: Fields, read: () => string): Decoded {
  let said: string;
  try {
    said = read();
  } catch (error) {
    if (!(error instanceof MarshallingError || error instanceof RangeError)) throw error;
    said = `unreadable (${error.message})`;
  }
  if (fields.rest()) said += " with bytes left over";
  return { said, hex: fields.hex };
}
