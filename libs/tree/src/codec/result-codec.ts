import { JuteReader, JuteWriter, MarshallingError } from "@meerkat/jute";
import type { OperationResult, TxnResult } from "../apply-sink.ts";
import type { ResultCode } from "../result-code.ts";
import { pick, readCount, readStat, writeStat } from "./codec-parts.ts";

const RESULT_BYTES_MIN = 5;
const STRING_BYTES_MIN = 4;
const ResultKind = { ok: 1, session: 2, error: 3 } as const;
const BRANCHES = ["then", "else"] as const;
const NO_BRANCH = 255;
const OPERATIONS = ["create", "delete", "check", "setData", "setAcl", "get", "children"] as const;

const writer = new JuteWriter();

/** As one character per byte: the form in which an answer is kept in the replicated state. */
export function encodeTxnResult(result: TxnResult): string {
  writer.reset();
  writer.writeByte(ResultKind[result.type]);
  writer.writeLong(result.zxid);
  switch (result.type) {
    case "ok":
      writer.writeByte(result.branch === undefined ? NO_BRANCH : BRANCHES.indexOf(result.branch));
      writer.writeInt(result.results.length);
      for (const one of result.results) writeResult(one);
      break;
    case "session":
      writer.writeLong(result.session);
      writer.writeInt(result.timeoutMs);
      break;
    case "error":
      writer.writeByte(result.branch === undefined ? NO_BRANCH : BRANCHES.indexOf(result.branch));
      writer.writeInt(result.code);
      writer.writeInt(result.opIndex);
      writer.writeUstring(result.path);
      writer.writeBoolean(result.multi);
      break;
  }
  return writer.toLatin1();
}

/** @throws MarshallingError */
export function decodeTxnResult(bytes: string): TxnResult {
  const reader = new JuteReader(Buffer.from(bytes, "latin1"));
  const kind = reader.readByte();
  const zxid = reader.readLong();
  switch (kind) {
    case ResultKind.ok: {
      const branch = readBranch(reader);
      const count = readCount(reader, RESULT_BYTES_MIN);
      const results: OperationResult[] = [];
      for (let i = 0; i < count; i += 1) results.push(readResult(reader));
      return { type: "ok", zxid, ...branch, results };
    }
    case ResultKind.session:
      return { type: "session", zxid, session: reader.readLong(), timeoutMs: reader.readInt() };
    case ResultKind.error: {
      const branch = readBranch(reader);
      const code = reader.readInt() as ResultCode;
      const opIndex = reader.readInt();
      const path = reader.readString();
      return { type: "error", zxid, code, opIndex, path, multi: reader.readBoolean(), ...branch };
    }
    default:
      throw new MarshallingError(`result kind ${kind} does not exist`);
  }
}

function writeResult(result: OperationResult): void {
  writer.writeByte(OPERATIONS.indexOf(result.type));
  writer.writeUstring(result.path);
  switch (result.type) {
    case "create":
      writer.writeBoolean(result.created);
      writeStat(writer, result.stat);
      break;
    case "delete":
    case "check":
      return;
    case "setData":
    case "setAcl":
      writeStat(writer, result.stat);
      break;
    case "get":
      writer.writeLatin1(result.data);
      writeStat(writer, result.stat);
      break;
    case "children":
      writer.writeInt(result.children.length);
      for (const name of result.children) writer.writeUstring(name);
      writeStat(writer, result.stat);
      break;
  }
}

function readResult(reader: JuteReader): OperationResult {
  const type = pick(OPERATIONS, reader.readByte(), "operation");
  const path = reader.readString();
  switch (type) {
    case "create": {
      const created = reader.readBoolean();
      return { type, path, stat: readStat(reader), created };
    }
    case "delete":
    case "check":
      return { type, path };
    case "setData":
    case "setAcl":
      return { type, path, stat: readStat(reader) };
    case "get": {
      const data = reader.readLatin1();
      return { type, path, data, stat: readStat(reader) };
    }
    case "children": {
      const count = readCount(reader, STRING_BYTES_MIN);
      const children: string[] = [];
      for (let i = 0; i < count; i += 1) children.push(reader.readString());
      return { type, path, children, stat: readStat(reader) };
    }
  }
}

function readBranch(reader: JuteReader): { readonly branch?: "then" | "else" } {
  const index = reader.readByte();
  return index === NO_BRANCH ? {} : { branch: pick(BRANCHES, index, "branch") };
}
