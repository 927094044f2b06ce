import { type JuteReader, type JuteWriter, MarshallingError } from "@meerkat/jute";
import type { CreateMode } from "../create-mode.ts";
import type {
  Comparison,
  Condition,
  CreateOperation,
  GetOperation,
  MultiOperationItem,
  Operation,
  Origin,
  Request,
} from "../request.ts";
import { readAcls, readCount, writeAcls } from "./codec-parts.ts";
import { readCredentials, writeCredentials } from "./credentials-codec.ts";

/*
 * A request is flags, session, credentials, key, traceparent, operation. Its origin is not in it:
 * the message that carries a batch of requests names the gateway and the first number.
 */
const HAS_SESSION = 1;
const HAS_CREDENTIALS = 2;
const HAS_KEY = 4;
const HAS_TRACEPARENT = 8;

const OPERATION_BYTES_MIN = 1;
const CONDITION_BYTES_MIN = 5;

/** How an operation begins. */
export const Kind = {
  create: 1,
  delete: 2,
  setData: 3,
  setAcl: 4,
  check: 5,
  get: 6,
  children: 7,
  multi: 8,
  conditional: 9,
  createSession: 10,
  closeSession: 11,
  deleteContainer: 12,
  noop: 13,
  createOwnedSession: 14,
  attachSession: 15,
} as const;

const CREATE_HAS_TTL = 1;
const CREATE_IF_NOT_EXISTS = 2;
const CREATE_PARENTS = 4;
const CREATE_SEQUENTIAL = 8;

/** Appends one request. Its origin is left out. */
export function encodeRequest(writer: JuteWriter, request: Omit<Request, "origin">): void {
  encodeRequestHead(writer, request);
  encodeOperation(writer, request.operation);
}

/** All of a request but its operation, which comes next. */
export function encodeRequestHead(
  writer: JuteWriter,
  request: Omit<Request, "origin" | "operation">,
): void {
  const { session, credentials, key, traceparent } = request;
  const flags =
    (session !== 0 ? HAS_SESSION : 0) |
    (credentials.length > 0 ? HAS_CREDENTIALS : 0) |
    (key !== undefined ? HAS_KEY : 0) |
    (traceparent !== undefined ? HAS_TRACEPARENT : 0);
  writer.writeByte(flags);
  if (session !== 0) writer.writeLong(session);
  if (credentials.length > 0) writeCredentials(writer, credentials);
  if (key !== undefined) {
    writer.writeUstring(key.key);
    writer.writeUstring(key.fingerprint);
  }
  if (traceparent !== undefined) writer.writeUstring(traceparent);
}

/** @throws MarshallingError */
export function decodeRequest(reader: JuteReader, origin: Origin): Request {
  const flags = reader.readByte();
  const session = (flags & HAS_SESSION) !== 0 ? reader.readLong() : 0;
  const credentials = (flags & HAS_CREDENTIALS) !== 0 ? readCredentials(reader) : [];
  const key =
    (flags & HAS_KEY) !== 0
      ? { key: reader.readString(), fingerprint: reader.readString() }
      : undefined;
  const traceparent = (flags & HAS_TRACEPARENT) !== 0 ? reader.readString() : undefined;
  const operation = readOperation(reader);
  if (key === undefined && traceparent === undefined) {
    return { origin, session, credentials, operation };
  }
  return {
    origin,
    session,
    credentials,
    operation,
    ...(key !== undefined && { key }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

export function encodeOperation(writer: JuteWriter, operation: Operation): void {
  switch (operation.type) {
    case "multi":
      writer.writeByte(Kind.multi);
      writeItems(writer, operation.operations);
      break;
    case "conditional":
      writer.writeByte(Kind.conditional);
      writer.writeInt(operation.conditions.length);
      for (const condition of operation.conditions) writeCondition(writer, condition);
      writeItems(writer, operation.then);
      writeItems(writer, operation.else);
      break;
    case "createSession":
      writer.writeByte(operation.owned === true ? Kind.createOwnedSession : Kind.createSession);
      writer.writeInt(operation.timeoutMs);
      writer.writeLatin1(operation.password);
      break;
    case "attachSession":
      writer.writeByte(Kind.attachSession);
      writer.writeLong(operation.session);
      writer.writeInt(operation.timeoutMs);
      writer.writeLatin1(operation.password);
      break;
    case "closeSession":
      writer.writeByte(Kind.closeSession);
      writer.writeLong(operation.session);
      break;
    case "deleteContainer":
      writer.writeByte(Kind.deleteContainer);
      writer.writeUstring(operation.path);
      break;
    case "noop":
      writer.writeByte(Kind.noop);
      break;
    default:
      encodeItem(writer, operation);
      break;
  }
}

function readOperation(reader: JuteReader): Operation {
  const kind = reader.readByte();
  switch (kind) {
    case Kind.multi:
      return { type: "multi", operations: readItems(reader) };
    case Kind.conditional: {
      const count = readCount(reader, CONDITION_BYTES_MIN);
      const conditions: Condition[] = [];
      for (let i = 0; i < count; i += 1) conditions.push(readCondition(reader));
      const whenTrue = readItems(reader);
      // biome-ignore lint/suspicious/noThenProperty: a list of operations, not a function.
      return { type: "conditional", conditions, then: whenTrue, else: readItems(reader) };
    }
    case Kind.createSession:
      return { type: "createSession", timeoutMs: reader.readInt(), password: reader.readBytes() };
    case Kind.createOwnedSession: {
      const timeoutMs = reader.readInt();
      return { type: "createSession", timeoutMs, password: reader.readBytes(), owned: true };
    }
    case Kind.attachSession: {
      const session = reader.readLong();
      const timeoutMs = reader.readInt();
      return { type: "attachSession", session, timeoutMs, password: reader.readBytes() };
    }
    case Kind.closeSession:
      return { type: "closeSession", session: reader.readLong() };
    case Kind.deleteContainer:
      return { type: "deleteContainer", path: reader.readString() };
    case Kind.noop:
      return { type: "noop" };
    default: {
      const item = readItem(reader, kind);
      if (isRead(item)) throw new MarshallingError(`${item.type} stands only inside a multi`);
      return item;
    }
  }
}

function isRead(item: MultiOperationItem): item is GetOperation {
  return item.type === "get" || item.type === "children";
}

function writeItems(writer: JuteWriter, items: readonly MultiOperationItem[]): void {
  writer.writeInt(items.length);
  for (const item of items) encodeItem(writer, item);
}

function readItems(reader: JuteReader): readonly MultiOperationItem[] {
  const count = readCount(reader, OPERATION_BYTES_MIN);
  const items: MultiOperationItem[] = [];
  for (let i = 0; i < count; i += 1) items.push(readItem(reader, reader.readByte()));
  return items;
}

/** An operation of a multi, or one that stands alone. */
export function encodeItem(writer: JuteWriter, item: MultiOperationItem): void {
  writer.writeByte(Kind[item.type]);
  writer.writeUstring(item.path);
  switch (item.type) {
    case "create":
      writeCreate(writer, item);
      break;
    case "delete":
      writer.writeInt(item.version);
      writer.writeBoolean(item.recursive === true);
      break;
    case "setData":
      writer.writeLatin1(item.data);
      writer.writeInt(item.version);
      break;
    case "setAcl":
      writeAcls(writer, item.acl);
      writer.writeInt(item.version);
      break;
    case "check":
      writer.writeInt(item.version);
      break;
    case "get":
    case "children":
      return;
  }
}

function readItem(reader: JuteReader, kind: number): MultiOperationItem {
  const path = reader.readString();
  switch (kind) {
    case Kind.create:
      return readCreate(reader, path);
    case Kind.delete: {
      const version = reader.readInt();
      const recursive = reader.readBoolean();
      return { type: "delete", path, version, ...(recursive && { recursive }) };
    }
    case Kind.setData: {
      const data = reader.readLatin1();
      return { type: "setData", path, data, version: reader.readInt() };
    }
    case Kind.setAcl: {
      const acl = readAcls(reader);
      return { type: "setAcl", path, acl, version: reader.readInt() };
    }
    case Kind.check:
      return { type: "check", path, version: reader.readInt() };
    case Kind.get:
      return { type: "get", path };
    case Kind.children:
      return { type: "children", path };
    default:
      throw new MarshallingError(`operation ${kind} does not exist`);
  }
}

function writeCreate(writer: JuteWriter, create: CreateOperation): void {
  const { ttlMs } = create;
  const flags =
    (ttlMs !== undefined ? CREATE_HAS_TTL : 0) |
    (create.ifNotExists === true ? CREATE_IF_NOT_EXISTS : 0) |
    (create.createParents === true ? CREATE_PARENTS : 0) |
    (create.sequential === true ? CREATE_SEQUENTIAL : 0);
  writer.writeByte(flags);
  writer.writeInt(create.mode);
  writer.writeLatin1(create.data);
  writeAcls(writer, create.acl);
  if (ttlMs !== undefined) writer.writeLong(ttlMs);
}

/** The mode is not looked at: flags that do not exist are refused when the txn is prepared. */
function readCreate(reader: JuteReader, path: string): CreateOperation {
  const flags = reader.readByte();
  const mode = reader.readInt() as CreateMode;
  const data = reader.readLatin1();
  const acl = readAcls(reader);
  const plain: CreateOperation = { type: "create", path, data, acl, mode };
  if (flags === 0) return plain;
  const ttlMs = (flags & CREATE_HAS_TTL) !== 0 ? reader.readLong() : undefined;
  return {
    ...plain,
    ...(ttlMs !== undefined && { ttlMs }),
    ...((flags & CREATE_SEQUENTIAL) !== 0 && { sequential: true }),
    ...((flags & CREATE_IF_NOT_EXISTS) !== 0 && { ifNotExists: true }),
    ...((flags & CREATE_PARENTS) !== 0 && { createParents: true }),
  };
}

const CONDITION_EXISTS = 1;
const CONDITION_MISSING = 2;
const CONDITION_VERSION = 4;
const CONDITION_CHILDREN = 8;
const CONDITION_DATA = 16;

function writeCondition(writer: JuteWriter, condition: Condition): void {
  const { path, exists, version, numChildren, data } = condition;
  writer.writeUstring(path);
  writer.writeByte(
    (exists === true ? CONDITION_EXISTS : 0) |
      (exists === false ? CONDITION_MISSING : 0) |
      (version !== undefined ? CONDITION_VERSION : 0) |
      (numChildren !== undefined ? CONDITION_CHILDREN : 0) |
      (data !== undefined ? CONDITION_DATA : 0),
  );
  if (version !== undefined) writeComparison(writer, version);
  if (numChildren !== undefined) writeComparison(writer, numChildren);
  if (data !== undefined) writer.writeLatin1(data);
}

function readCondition(reader: JuteReader): Condition {
  const path = reader.readString();
  const flags = reader.readByte();
  const version = (flags & CONDITION_VERSION) !== 0 ? readComparison(reader) : undefined;
  const numChildren = (flags & CONDITION_CHILDREN) !== 0 ? readComparison(reader) : undefined;
  const data = (flags & CONDITION_DATA) !== 0 ? reader.readLatin1() : undefined;
  return {
    path,
    ...((flags & CONDITION_EXISTS) !== 0 && { exists: true }),
    ...((flags & CONDITION_MISSING) !== 0 && { exists: false }),
    ...(version !== undefined && { version }),
    ...(numChildren !== undefined && { numChildren }),
    ...(data !== undefined && { data }),
  };
}

const COMPARISONS = ["eq", "ne", "lt", "gt"] as const;

function writeComparison(writer: JuteWriter, comparison: Comparison): void {
  let flags = 0;
  COMPARISONS.forEach((name, bit) => {
    if (comparison[name] !== undefined) flags |= 1 << bit;
  });
  writer.writeByte(flags);
  for (const name of COMPARISONS) {
    const operand = comparison[name];
    if (operand !== undefined) writer.writeLong(operand);
  }
}

function readComparison(reader: JuteReader): Comparison {
  const flags = reader.readByte();
  const comparison: { eq?: number; ne?: number; lt?: number; gt?: number } = {};
  COMPARISONS.forEach((name, bit) => {
    if ((flags & (1 << bit)) !== 0) comparison[name] = reader.readLong();
  });
  return comparison;
}
