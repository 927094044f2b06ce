import { type JuteReader, MarshallingError, OpCode } from "@meerkat/jute";
import {
  type Acl,
  CreateMode,
  type CreateOperation,
  type MultiOperationItem,
  type Operation,
} from "@meerkat/tree";

/** A record as a client may send it, as an operation of the tree. Paths and data may not be null. */
type Decode = (reader: JuteReader) => WriteItem;
/** Reads do not stand among writes here. */
type WriteItem = Exclude<MultiOperationItem, { readonly type: "get" | "children" }>;

const MULTI_HEADER_END = -1;
/** perms, and two counts of ustrings. */
const ACL_BYTES_MIN = 12;
/** A ttl that is refused whatever the mode. */
const NO_TTL = -1;

/** The requests that may stand alone and in a multi. */
const RECORDS: Readonly<Partial<Record<number, Decode>>> = {
  [OpCode.create]: (reader) => readCreate(reader, OpCode.create),
  [OpCode.create2]: (reader) => readCreate(reader, OpCode.create2),
  [OpCode.createContainer]: (reader) => readCreate(reader, OpCode.createContainer),
  [OpCode.createTTL]: (reader) => readCreate(reader, OpCode.createTTL),
  [OpCode.delete]: (reader) => ({
    type: "delete",
    path: reader.readString(),
    version: reader.readInt(),
  }),
  [OpCode.setData]: (reader) => ({
    type: "setData",
    path: reader.readString(),
    data: reader.readLatin1(),
    version: reader.readInt(),
  }),
};

/** What one multi asks for. The opcodes say in which form each result goes back. */
export interface MultiRequest {
  readonly operation: Operation & { readonly type: "multi" };
  readonly opCodes: readonly number[];
}

/** True for opcodes that `readWrite` understands. */
export function isWrite(opCode: number): boolean {
  return RECORDS[opCode] !== undefined || opCode === OpCode.setACL;
}

/** The body of a write that stands alone. @throws MarshallingError */
export function readWrite(opCode: number, reader: JuteReader): WriteItem {
  const decode = RECORDS[opCode];
  if (decode !== undefined) return decode(reader);
  const path = reader.readString();
  const acl = readAclVector(reader);
  return { type: "setAcl", path, acl, version: reader.readInt() };
}

/** Operations behind headers, up to the header that ends them. @throws MarshallingError */
export function readMulti(reader: JuteReader): MultiRequest {
  const operations: MultiOperationItem[] = [];
  const opCodes: number[] = [];
  for (;;) {
    const opCode = readMultiHeader(reader);
    if (opCode === undefined) return { operation: { type: "multi", operations }, opCodes };
    operations.push(readMultiItem(opCode, reader));
    opCodes.push(opCode);
  }
}

/** The opcode that a MultiHeader announces; undefined for the one that ends a multi. */
export function readMultiHeader(reader: JuteReader): number | undefined {
  const opCode = reader.readInt();
  const isDone = reader.readBoolean();
  reader.readInt();
  return isDone || opCode === MULTI_HEADER_END ? undefined : opCode;
}

function readMultiItem(opCode: number, reader: JuteReader): MultiOperationItem {
  if (opCode === OpCode.check) {
    return { type: "check", path: reader.readString(), version: reader.readInt() };
  }
  const decode = RECORDS[opCode];
  if (decode === undefined) throw new MarshallingError(`opcode ${opCode} stands in no multi`);
  return decode(reader);
}

/**
 * What is made depends on the opcode as well as on the flags: createContainer always makes a
 * container, and the plain creates take no container and no TTL node. What ZooKeeper refuses for
 * its flags is handed on in a form that the tree refuses with the same code.
 */
function readCreate(reader: JuteReader, opCode: number): CreateOperation {
  const path = reader.readString();
  const data = reader.readLatin1();
  const acl = readAclVector(reader);
  const flags = reader.readInt();
  const ttlMs = opCode === OpCode.createTTL ? reader.readNearestLong() : undefined;
  const create = { type: "create", path, data, acl, mode: modeOf(opCode, flags) } as const;
  if (ttlMs === undefined) return create;
  return { ...create, ttlMs: Number.isSafeInteger(ttlMs) ? ttlMs : NO_TTL };
}

function modeOf(opCode: number, flags: number): CreateMode {
  const isKnown =
    flags >= CreateMode.PERSISTENT && flags <= CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL;
  const mode = flags as CreateMode;
  const isTtl = flags >= CreateMode.PERSISTENT_WITH_TTL;
  if (!isKnown || isTtl || opCode === OpCode.createTTL) return mode;
  if (opCode === OpCode.createContainer) return CreateMode.CONTAINER;
  return mode === CreateMode.CONTAINER ? CreateMode.PERSISTENT : mode;
}

/** Null is the empty list, which the tree refuses. A null id is that of `auth`, which is not looked at. */
function readAclVector(reader: JuteReader): readonly Acl[] {
  const count = reader.readVectorLength(ACL_BYTES_MIN);
  const acl: Acl[] = [];
  for (let i = 0; i < count; i += 1) {
    const perms = reader.readInt();
    const scheme = reader.readUstring() ?? "";
    acl.push({ perms, id: { scheme, id: reader.readUstring() ?? "" } });
  }
  return acl;
}
