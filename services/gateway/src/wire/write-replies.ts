import { type JuteWriter, OpCode } from "@meerkat/jute";
import { type OperationResult, ResultCode, type TxnResult, writeStat } from "@meerkat/tree";
import { writeMultiEnd, writeMultiHeader } from "./records.ts";
import { beginReply, endReply, writeReply } from "./reply.ts";

type Failure = Extract<TxnResult, { type: "error" }>;
type Success = Extract<TxnResult, { type: "ok" }>;

/** The whole answer to a write. A multi that failed is a success in the header. */
export function writeAnswer(
  writer: JuteWriter,
  request: { readonly xid: number; readonly opCode: number; readonly opCodes: readonly number[] },
  result: TxnResult,
): void {
  const { xid, opCode, opCodes } = request;
  if (result.type === "session") throw new TypeError("a request was answered with a session");
  const isMulti = opCode === OpCode.multi;
  if (result.type === "error" && !isMulti) {
    writeReply(writer, xid, result.zxid, result.code);
    return;
  }
  const at = beginReply(writer, xid, result.zxid);
  if (result.type === "error") writeMultiFailure(writer, opCodes, result);
  else if (isMulti) writeMultiBody(writer, opCodes, result);
  else writeWriteBody(writer, opCode, result);
  endReply(writer, at, ResultCode.OK);
}

/** The body of the answer to a write that succeeded, in the form of its opcode. */
function writeWriteBody(writer: JuteWriter, opCode: number, { results }: Success): void {
  const [result] = results;
  if (result !== undefined) writeResult(writer, opCode, result);
}

/** The results of a multi that happened, each behind a header with the opcode of its form. */
function writeMultiBody(
  writer: JuteWriter,
  opCodes: readonly number[],
  { results }: Success,
): void {
  for (const [index, result] of results.entries()) {
    const opCode = opCodes[index] ?? OpCode.error;
    const form = HAS_STAT.has(opCode) && opCode !== OpCode.setData ? OpCode.create2 : opCode;
    writeMultiHeader(writer, form, ResultCode.OK);
    writeResult(writer, opCode, result);
  }
  writeMultiEnd(writer);
}

/** Nothing of the multi happened: which operation was refused, and that the later ones did not run. */
function writeMultiFailure(
  writer: JuteWriter,
  opCodes: readonly number[],
  { code, opIndex }: Failure,
): void {
  for (const index of opCodes.keys()) {
    const own = index === opIndex ? code : ResultCode.RUNTIMEINCONSISTENCY;
    const shown = index < opIndex ? ResultCode.OK : own;
    writeMultiHeader(writer, OpCode.error, shown);
    writer.writeInt(shown);
  }
  writeMultiEnd(writer);
}

/** Of the creates, those whose answer has the new node's Stat; and setData. */
const HAS_STAT: ReadonlySet<number> = new Set([
  OpCode.create2,
  OpCode.createContainer,
  OpCode.createTTL,
  OpCode.setData,
]);

function writeResult(writer: JuteWriter, opCode: number, result: OperationResult): void {
  switch (result.type) {
    case "create":
      writer.writeUstring(result.path);
      if (HAS_STAT.has(opCode)) writeStat(writer, result.stat);
      break;
    case "setData":
    case "setAcl":
      writeStat(writer, result.stat);
      break;
    case "delete":
    case "check":
      break;
    case "get":
    case "children":
      throw new TypeError(`${result.type} is no result of this protocol`);
  }
}
