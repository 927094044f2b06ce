import { type JuteWriter, Xid } from "@meerkat/jute";
import { ResultCode } from "@meerkat/tree";

const LENGTH_BYTES = 4;
const HEADER_BYTES = 16;
/** Of xid and zxid, which stand before the code. */
const CODE_AT = LENGTH_BYTES + 12;

/** What stands in the header where no txn is meant. */
export const NO_ZXID = 0;

/** Begins a reply with code OK and returns its place for `endReply`; the body goes behind it. */
export function beginReply(writer: JuteWriter, xid: number, zxid: number): number {
  const at = writer.length;
  writer.writeInt(0);
  writer.writeInt(xid);
  writer.writeLong(zxid);
  writer.writeInt(0);
  return at;
}

/** An answer with any code but OK has no body, whatever was written of one. */
export function endReply(writer: JuteWriter, at: number, code: ResultCode | 0): void {
  if (code !== 0) {
    writer.truncate(at + LENGTH_BYTES + HEADER_BYTES);
    writer.patchInt(at + CODE_AT, code);
  }
  writer.patchInt(at, writer.length - at - LENGTH_BYTES);
}

/** A reply without a body. */
export function writeReply(
  writer: JuteWriter,
  xid: number,
  zxid: number,
  code: ResultCode | 0,
): void {
  writer.writeInt(HEADER_BYTES);
  writer.writeInt(xid);
  writer.writeLong(zxid);
  writer.writeInt(code);
}

/** To what is no request of this protocol; no zxid belongs to it. */
export function writeUnimplemented(writer: JuteWriter, xid: number): void {
  writeReply(writer, xid, -1, ResultCode.UNIMPLEMENTED);
}

/** An answer to a ping that a client may take at any time. */
export function writePing(writer: JuteWriter, zxid: number): void {
  writeReply(writer, Xid.ping, zxid, 0);
}
