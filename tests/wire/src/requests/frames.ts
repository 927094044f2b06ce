import { JuteWriter } from "@meerkat/jute";
import type { Call, Line } from "../language/line.ts";
import type { Token } from "../language/tokens.ts";
import { bytesOf, integerOf } from "../language/values.ts";
import { isOpcodeName, OPCODES, XIDS } from "./opcodes.ts";
import { RECORDS, type ZxidOf } from "./records.ts";

const MULTI_END = -1;

/**
 * The frame of a request line. What every line may say about its bytes:
 *
 *     xid=7    type=99     instead of the next xid and of the verb's opcode
 *     cut=4    tail=00ff   bytes taken from the end, or put there
 *     length=-1            what the frame says of its length
 *
 * @throws SyntaxError
 */
export function requestFrame(line: Line, nextXid: () => number, zxidOf: ZxidOf): Uint8Array {
  const { verb, options } = line;
  if (!isOpcodeName(verb)) throw new SyntaxError(`no such verb: ${verb}`);
  const writer = new JuteWriter();
  const xid = options.get("xid");
  writer.writeInt(xid === undefined ? (fixedXid(verb) ?? nextXid()) : integerOf(xid));
  writer.writeInt(integerOrElse(options, "type", OPCODES[verb]));
  if (verb === "multi" || verb === "multiRead") writeParts(writer, line, zxidOf);
  else RECORDS[verb](writer, line, zxidOf);
  return framed(writer.toBytes(), options);
}

function fixedXid(verb: string): number | undefined {
  if (verb === "ping") return XIDS.ping;
  return verb === "auth" ? XIDS.auth : undefined;
}

/**
 * Each part behind its header. A part may change its header with `type`, `done` and `err`, and cut
 * its record with `drop`; `end=0` leaves the end away.
 */
function writeParts(writer: JuteWriter, line: Line, zxidOf: ZxidOf): void {
  for (const part of line.parts) {
    if (!isOpcodeName(part.verb)) throw new SyntaxError(`no such verb: ${part.verb}`);
    writeMultiHeader(writer, part, OPCODES[part.verb], false);
    RECORDS[part.verb](writer, part, zxidOf);
    writer.truncate(writer.length - integerOrElse(part.options, "drop", 0));
  }
  if (integerOrElse(line.options, "end", 1) !== 0) {
    writeMultiHeader(writer, { ...line, options: new Map() }, MULTI_END, true);
  }
}

function writeMultiHeader(writer: JuteWriter, part: Call, type: number, done: boolean): void {
  writer.writeInt(integerOrElse(part.options, "type", type));
  writer.writeByte(integerOrElse(part.options, "done", done ? 1 : 0));
  writer.writeInt(integerOrElse(part.options, "err", -1));
}

/** Puts the length before a payload, after `cut` and `tail` and as `length` wants it. */
export function framed(payload: Uint8Array, options: Call["options"]): Uint8Array {
  const tail = options.get("tail");
  const kept = payload.subarray(0, payload.length - integerOrElse(options, "cut", 0));
  const added = tail === undefined ? null : bytesOf({ latin1: `0x${tail.latin1}`, quoted: false });
  const body = Buffer.concat([kept, added ?? new Uint8Array(0)]);
  const frame = Buffer.alloc(4 + body.length);
  frame.writeInt32BE(integerOrElse(options, "length", body.length));
  frame.set(body, 4);
  return frame;
}

export function integerOrElse(
  options: ReadonlyMap<string, Token>,
  name: string,
  otherwise: number,
): number {
  const token = options.get(name);
  return token === undefined ? otherwise : integerOf(token);
}
