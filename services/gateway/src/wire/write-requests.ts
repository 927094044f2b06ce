import { type JuteReader, MarshallingError, OpCode } from "@meerkat/jute";
import {
  type Acl,
  CreateMode,
  type CreateOperation,
  type MultiOperationItem,
  type Operation,
  type ZnodeData,
} from "@meerkat/tree";

/** A record as a client may send it, as an operation of the tree. Paths and data may not be null. */
type Decode = (reader: JuteReader) => WriteItem;
/** Reads do not stand among writes here. */
type WriteItem = Exclude<MultiOperationItem, { readonly type: "get" | "children" }>;

/** perms, and two counts of ustrings. */
const ACL_BYTES_MIN = 12;
/** A ttl that is refused whatever the mode. */
const NO_TTL = -1;

/** The requests that may stand alone and in a multi. */
const RECORDS: Readonly<Partial<Record<number, Decode>>> = {
  [OpCode.create]: (reader) => createOf(OpCode.create, readCreate(OpCode.create, reader)),
  [OpCode.create2]: (reader) => createOf(OpCode.create2, readCreate(OpCode.create2, reader)),
  [OpCode.createContainer]: (reader) =>
    createOf(OpCode.createContainer, readCreate(OpCode.createContainer, reader)),
  [OpCode.createTTL]: (reader) => createOf(OpCode.createTTL, readCreate(OpCode.createTTL, reader)),
  [OpCode.delete]: (reader) => ({
    type: "delete",
    path: reader.readString(),
    version: reader.readInt(),
  }),
  [OpCode.setData]: (reader) => readSetData(reader, reader.readString()),
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
  // Of these two a null path is refused like any other that is none.
  if (opCode === OpCode.setData) return readSetData(reader, reader.readUstring() ?? "");
  const decode = RECORDS[opCode];
  if (decode !== undefined) return decode(reader);
  const path = reader.readUstring() ?? "";
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
    const item = readMultiItem(opCode, reader);
    operations.push(item.operation);
    opCodes.push(item.opCode);
  }
}

/** The opcode that a MultiHeader announces; undefined for the one that ends a multi. */
export function readMultiHeader(reader: JuteReader): number | undefined {
  const opCode = reader.readInt();
  const isDone = reader.readBoolean();
  reader.readInt();
  return isDone ? undefined : opCode;
}

function readSetData(reader: JuteReader, path: string): WriteItem {
  return { type: "setData", path, data: reader.readLatin1(), version: reader.readInt() };
}

interface MultiItem {
  readonly operation: WriteItem;
  /** In which form its result goes back. */
  readonly opCode: number;
}

function readMultiItem(opCode: number, reader: JuteReader): MultiItem {
  if (opCode === OpCode.check) {
    const check = { type: "check", path: reader.readString(), version: reader.readInt() } as const;
    return { operation: check, opCode };
  }
  if (CREATES.has(opCode)) return multiCreateOf(opCode, readCreate(opCode, reader));
  const decode = RECORDS[opCode];
  if (decode === undefined) throw new MarshallingError(`opcode ${opCode} stands in no multi`);
  return { operation: decode(reader), opCode };
}

const CREATES: ReadonlySet<number> = new Set([
  OpCode.create,
  OpCode.create2,
  OpCode.createContainer,
  OpCode.createTTL,
]);

interface CreateRecord {
  readonly path: string;
  readonly data: ZnodeData;
  readonly acl: readonly Acl[];
  readonly flags: number;
  readonly ttlMs: number;
}

function readCreate(opCode: number, reader: JuteReader): CreateRecord {
  const path = reader.readString();
  const data = reader.readLatin1();
  const acl = readAclVector(reader);
  const flags = reader.readInt();
  const ttlMs = opCode === OpCode.createTTL ? reader.readNearestLong() : NO_TTL;
  return { path, data, acl, flags, ttlMs: Number.isSafeInteger(ttlMs) ? ttlMs : NO_TTL };
}

/**
 * What a create that stands alone makes depends on its opcode as well as on its flags:
 * createContainer always makes a container, and the plain creates take no container and no TTL node.
 * What ZooKeeper refuses for its flags is handed on in a form that the tree refuses with the same code.
 */
function createOf(opCode: number, record: CreateRecord): CreateOperation {
  const { path, data, acl, flags, ttlMs } = record;
  const create = { type: "create", path, data, acl, mode: flags as CreateMode } as const;
  if (opCode === OpCode.createTTL) return { ...create, ttlMs };
  if (!isPlainFlag(flags) && flags !== CreateMode.CONTAINER) return create;
  if (opCode === OpCode.createContainer) {
    const container = { ...create, mode: CreateMode.CONTAINER };
    return isSequential(flags) ? { ...container, sequential: true } : container;
  }
  return flags === CreateMode.CONTAINER ? { ...create, mode: CreateMode.PERSISTENT } : create;
}

/** In a multi the flags alone say what is made, and that says in which form the result goes back. */
function multiCreateOf(opCode: number, record: CreateRecord): MultiItem {
  const { path, data, acl, flags, ttlMs } = record;
  const operation = { type: "create", path, data, acl, mode: flags as CreateMode } as const;
  if (flags === CreateMode.CONTAINER) return { operation, opCode: OpCode.createContainer };
  if (isTtlFlag(flags)) {
    if (opCode !== OpCode.createTTL) throw new MarshallingError(`flags ${flags} want a TTL`);
    return { operation: { ...operation, ttlMs }, opCode };
  }
  return { operation, opCode: opCode === OpCode.create2 ? opCode : OpCode.create };
}

function isPlainFlag(flags: number): boolean {
  return flags >= CreateMode.PERSISTENT && flags <= CreateMode.EPHEMERAL_SEQUENTIAL;
}

function isSequential(flags: number): boolean {
  return flags === CreateMode.PERSISTENT_SEQUENTIAL || flags === CreateMode.EPHEMERAL_SEQUENTIAL;
}

function isTtlFlag(flags: number): boolean {
  return (
    flags === CreateMode.PERSISTENT_WITH_TTL || flags === CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL
  );
}

/** Schemes whose ids ZooKeeper reads, and which it therefore cannot read when they are null. */
const READ_IDS: ReadonlySet<string> = new Set(["world", "ip", "digest"]);

/** Null is the empty list, which the tree refuses, as it does an entry of a scheme that is none. */
function readAclVector(reader: JuteReader): readonly Acl[] {
  const count = reader.readVectorLength(ACL_BYTES_MIN);
  const acl: Acl[] = [];
  for (let i = 0; i < count; i += 1) {
    const perms = reader.readInt();
    const scheme = reader.readUstring() ?? "";
    const id = READ_IDS.has(scheme) ? reader.readString() : (reader.readUstring() ?? "");
    acl.push({ perms, id: { scheme, id } });
  }
  return acl;
}
