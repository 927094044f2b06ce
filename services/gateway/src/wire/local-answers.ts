import { type JuteReader, type JuteWriter, MarshallingError, OpCode, Xid } from "@meerkat/jute";
import { ResultCode } from "@meerkat/tree";
import { DEEDS, READS, type Reading } from "./reads.ts";
import { beginReply, endReply, NO_ZXID, writeReply } from "./reply.ts";
import { isWrite } from "./write-requests.ts";

/** A request with the reader behind its header, and where its answer goes. */
export interface LocalRequest {
  readonly xid: number;
  readonly opCode: number;
  readonly reader: JuteReader;
  readonly writer: JuteWriter;
}

/** Answers what needs nothing but the tree at hand. False for an opcode that needs more, or is none. */
export function answerLocally(reading: Reading, request: LocalRequest): boolean {
  const { opCode } = request;
  if (READS[opCode] !== undefined) answerRead(reading, request);
  else if (DEEDS[opCode] !== undefined) answerDeed(reading, request);
  else if (opCode === OpCode.multi || isWrite(opCode)) {
    // Writes come here only when they could not be read.
    const { lastZxid } = reading.tree;
    writeReply(request.writer, request.xid, lastZxid, ResultCode.MARSHALLINGERROR);
  } else return false;
  return true;
}

function answerRead(reading: Reading, { xid, opCode, reader, writer }: LocalRequest): void {
  const at = beginReply(writer, xid, reading.tree.lastZxid);
  let code: ResultCode = ResultCode.MARSHALLINGERROR;
  try {
    code = READS[opCode]?.(reading, reader, writer) ?? ResultCode.UNIMPLEMENTED;
  } catch (error) {
    if (!(error instanceof MarshallingError)) throw error;
  }
  endReply(writer, at, code);
}

function answerDeed(reading: Reading, { xid, opCode, reader, writer }: LocalRequest): void {
  let code: ResultCode = ResultCode.MARSHALLINGERROR;
  try {
    code = DEEDS[opCode]?.(reading, reader) ?? ResultCode.UNIMPLEMENTED;
  } catch (error) {
    if (!(error instanceof MarshallingError)) throw error;
  }
  // A ping is answered under its own xid, whatever the client gave it.
  const shownXid = opCode === OpCode.ping ? Xid.ping : xid;
  writeReply(writer, shownXid, reading.tree.lastZxid, code);
}

/** As a ZooKeeper without SASL does: success, and no token to go on with. @throws MarshallingError */
export function answerSasl({ xid, reader, writer }: LocalRequest): void {
  if (reader.readBuffer() === null) throw new MarshallingError("a SASL request without a token");
  const at = beginReply(writer, xid, NO_ZXID);
  writer.writeBuffer(null);
  endReply(writer, at, ResultCode.OK);
}

/** Nothing behind them may be looked at before they are through. */
export function isBarrier(opCode: number): boolean {
  return opCode === OpCode.sync || opCode === OpCode.auth;
}

/** The path of a sync, which is looked at by nobody; undefined for one that cannot be read. */
export function readSync(reader: JuteReader): string | undefined {
  try {
    return reader.readString();
  } catch (error) {
    if (!(error instanceof MarshallingError)) throw error;
    return undefined;
  }
}

export function writeSyncReply(
  writer: JuteWriter,
  xid: number,
  zxid: number,
  path: string | undefined,
): void {
  const at = beginReply(writer, xid, zxid);
  writer.writeUstring(path ?? null);
  endReply(writer, at, path === undefined ? ResultCode.MARSHALLINGERROR : ResultCode.OK);
}
