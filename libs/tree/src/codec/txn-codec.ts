import { type JuteReader, type JuteWriter, MarshallingError } from "@meerkat/jute";
import type { ResultCode } from "../result-code.ts";
import type { Txn, TxnBody, TxnRecord } from "../txn/txn.ts";
import { pick, readAcls, readCount, writeAcls } from "./codec-parts.ts";

/*
 * A txn is kind, flags, origin, session, key, traceparent, body. Its zxid and time are not in it:
 * they are the batch's.
 */
const HAS_SESSION = 1;
const HAS_KEY = 2;
const HAS_TRACEPARENT = 4;
const IS_MULTI = 8;
const IS_THEN = 16;
const IS_ELSE = 32;

const BodyKind = {
  changes: 1,
  error: 2,
  duplicate: 3,
  createSession: 4,
  closeSession: 5,
  noop: 6,
  attachSession: 7,
} as const;

const RECORD_BYTES_MIN = 5;
const USTRING_BYTES_MIN = 4;

const RecordKind = {
  create: 1,
  delete: 2,
  setData: 3,
  setAcl: 4,
  check: 5,
  get: 6,
  children: 7,
  exists: 8,
  /** Without the path and the version that the older kind has. */
  held: 9,
} as const;

const NODE_KINDS = ["persistent", "ephemeral", "container", "ttl"] as const;

export function encodeTxn(writer: JuteWriter, txn: Txn): void {
  const { origin, session, body, idempotency, traceparent } = txn;
  writer.writeByte(BodyKind[body.type]);
  writer.writeByte(
    (session !== 0 ? HAS_SESSION : 0) |
      (idempotency !== undefined ? HAS_KEY : 0) |
      (traceparent !== undefined ? HAS_TRACEPARENT : 0) |
      formFlags(body),
  );
  writer.writeLong(origin.gateway);
  writer.writeLong(origin.number);
  if (session !== 0) writer.writeLong(session);
  if (idempotency !== undefined) {
    writer.writeUstring(idempotency.key);
    writer.writeUstring(idempotency.fingerprint);
  }
  if (traceparent !== undefined) writer.writeUstring(traceparent);
  writeBody(writer, body);
}

/** @throws MarshallingError */
export function decodeTxn(reader: JuteReader, time: number): Txn {
  const kind = reader.readByte();
  const flags = reader.readByte();
  const origin = { gateway: reader.readLong(), number: reader.readLong() };
  const session = (flags & HAS_SESSION) !== 0 ? reader.readLong() : 0;
  if ((flags & (HAS_KEY | HAS_TRACEPARENT)) === 0) {
    return { origin, session, time, body: readBody(reader, kind, flags) };
  }
  const idempotency =
    (flags & HAS_KEY) !== 0
      ? { key: reader.readString(), fingerprint: reader.readString() }
      : undefined;
  const traceparent = (flags & HAS_TRACEPARENT) !== 0 ? reader.readString() : undefined;
  return {
    origin,
    session,
    time,
    body: readBody(reader, kind, flags),
    ...(idempotency !== undefined && { idempotency }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

function formFlags(body: TxnBody): number {
  if (body.type !== "changes" && body.type !== "error") return 0;
  const branch = body.branch === "then" ? IS_THEN : body.branch === "else" ? IS_ELSE : 0;
  return branch | (body.multi ? IS_MULTI : 0);
}

function branchOf(flags: number): { readonly branch?: "then" | "else" } {
  if ((flags & IS_THEN) !== 0) return { branch: "then" };
  return (flags & IS_ELSE) !== 0 ? { branch: "else" } : {};
}

function writeBody(writer: JuteWriter, body: TxnBody): void {
  switch (body.type) {
    case "changes":
      writer.writeInt(body.records.length);
      for (const record of body.records) writeRecord(writer, record);
      return;
    case "error":
      writer.writeInt(body.code);
      writer.writeInt(body.opIndex);
      writer.writeUstring(body.path);
      break;
    case "duplicate":
      writer.writeUstring(body.key);
      break;
    case "createSession":
      writer.writeInt(body.timeoutMs);
      writer.writeLatin1(body.password);
      writer.writeLong(body.owner);
      break;
    case "attachSession":
      writer.writeLong(body.attached);
      writer.writeInt(body.timeoutMs);
      writer.writeLong(body.owner);
      break;
    case "closeSession":
      writer.writeLong(body.closed);
      writer.writeInt(body.paths.length);
      for (const path of body.paths) writer.writeUstring(path);
      return;
    case "noop":
      return;
  }
}

function readBody(reader: JuteReader, kind: number, flags: number): TxnBody {
  const multi = (flags & IS_MULTI) !== 0;
  switch (kind) {
    case BodyKind.changes: {
      const records = readRecords(reader);
      if ((flags & (IS_THEN | IS_ELSE)) === 0) return { type: "changes", multi, records };
      return { type: "changes", multi, records, ...branchOf(flags) };
    }
    case BodyKind.error: {
      // A code that this version does not know is handed on as it is.
      const code = reader.readInt() as ResultCode;
      const opIndex = reader.readInt();
      const path = reader.readString();
      return { type: "error", code, opIndex, path, multi, ...branchOf(flags) };
    }
    case BodyKind.duplicate:
      return { type: "duplicate", key: reader.readString() };
    case BodyKind.createSession:
      return {
        type: "createSession",
        timeoutMs: reader.readInt(),
        password: reader.readBytes(),
        owner: reader.readLong(),
      };
    case BodyKind.attachSession:
      return {
        type: "attachSession",
        attached: reader.readLong(),
        timeoutMs: reader.readInt(),
        owner: reader.readLong(),
      };
    case BodyKind.closeSession: {
      const closed = reader.readLong();
      const count = readCount(reader, USTRING_BYTES_MIN);
      const paths: string[] = [];
      for (let i = 0; i < count; i += 1) paths.push(reader.readString());
      return { type: "closeSession", closed, paths };
    }
    case BodyKind.noop:
      return { type: "noop" };
    default:
      throw new MarshallingError(`txn kind ${kind} does not exist`);
  }
}

function writeRecord(writer: JuteWriter, record: TxnRecord): void {
  if (record.type === "check") {
    writer.writeByte(RecordKind.held);
    writer.writeInt(record.op);
    return;
  }
  writer.writeByte(RecordKind[record.type]);
  writer.writeInt(record.op);
  writer.writeUstring(record.path);
  switch (record.type) {
    case "create":
      writer.writeByte(NODE_KINDS.indexOf(record.kind));
      writer.writeLatin1(record.data);
      writeAcls(writer, record.acl);
      writer.writeInt(record.parentCreations);
      if (record.kind === "ephemeral") writer.writeLong(record.ephemeralOwner);
      if (record.kind === "ttl") writer.writeLong(record.ttlMs);
      return;
    case "setData":
      writer.writeLatin1(record.data);
      writer.writeInt(record.version);
      break;
    case "setAcl":
      writeAcls(writer, record.acl);
      writer.writeInt(record.version);
      break;
    case "delete":
    case "get":
    case "children":
    case "exists":
      return;
  }
}

function readRecords(reader: JuteReader): readonly TxnRecord[] {
  const count = readCount(reader, RECORD_BYTES_MIN);
  if (count === 1) return [readRecord(reader)];
  const records: TxnRecord[] = [];
  for (let i = 0; i < count; i += 1) records.push(readRecord(reader));
  return records;
}

function readRecord(reader: JuteReader): TxnRecord {
  const kind = reader.readByte();
  const op = reader.readInt();
  if (kind === RecordKind.held) return { type: "check", op, path: "" };
  const path = reader.readString();
  switch (kind) {
    case RecordKind.create:
      return readCreate(reader, op, path);
    case RecordKind.setData: {
      const data = reader.readLatin1();
      return { type: "setData", op, path, data, version: reader.readInt() };
    }
    case RecordKind.setAcl: {
      const acl = readAcls(reader);
      return { type: "setAcl", op, path, acl, version: reader.readInt() };
    }
    case RecordKind.check:
      reader.readInt();
      return { type: "check", op, path };
    case RecordKind.delete:
      return { type: "delete", op, path };
    case RecordKind.get:
      return { type: "get", op, path };
    case RecordKind.children:
      return { type: "children", op, path };
    case RecordKind.exists:
      return { type: "exists", op, path };
    default:
      throw new MarshallingError(`record kind ${kind} does not exist`);
  }
}

function readCreate(reader: JuteReader, op: number, path: string): TxnRecord {
  const kind = pick(NODE_KINDS, reader.readByte(), "node kind");
  const data = reader.readLatin1();
  const acl = readAcls(reader);
  const parentCreations = reader.readInt();
  const ephemeralOwner = kind === "ephemeral" ? reader.readLong() : 0;
  const ttlMs = kind === "ttl" ? reader.readLong() : 0;
  return { type: "create", op, path, data, acl, ephemeralOwner, kind, ttlMs, parentCreations };
}
