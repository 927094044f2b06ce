import { type JuteReader, type JuteWriter, MarshallingError, OpCode } from "@meerkat/jute";
import {
  type Acl,
  beginMulti,
  CreateMode,
  type CreateOperation,
  copyCheck,
  copyDelete,
  copySetData,
  encodeItem,
  endMulti,
  type SetDataOperation,
  type ZnodeData,
} from "@meerkat/tree";

/** Reads a record as a client may send it, and appends it as an operation. Paths may not be null. */
type Encode = (writer: JuteWriter, reader: JuteReader) => void;

/** perms, and two counts of ustrings. */
const ACL_BYTES_MIN = 12;
/** A ttl that is refused whatever the mode. */
const NO_TTL = -1;

/** The requests that may stand alone and, but for the last, in a multi. */
const RECORDS: Readonly<Partial<Record<number, Encode>>> = {
  [OpCode.create]: (writer, reader) => encodeCreate(OpCode.create, writer, reader),
  [OpCode.create2]: (writer, reader) => encodeCreate(OpCode.create2, writer, reader),
  [OpCode.createContainer]: (writer, reader) =>
    encodeCreate(OpCode.createContainer, writer, reader),
  [OpCode.createTTL]: (writer, reader) => encodeCreate(OpCode.createTTL, writer, reader),
  [OpCode.delete]: copyDelete,
  [OpCode.setData]: copySetData,
  [OpCode.setACL]: encodeSetAcl,
};

/** True for opcodes that `encodeWrite` understands. */
export function isWrite(opCode: number): boolean {
  return RECORDS[opCode] !== undefined;
}

/** The body of a write that stands alone. @throws MarshallingError */
export function encodeWrite(opCode: number, writer: JuteWriter, reader: JuteReader): void {
  // A null path is refused like any other that is none.
  if (opCode === OpCode.setData && reader.isAtNull) encodeItem(writer, readSetDataOfNull(reader));
  else RECORDS[opCode]?.(writer, reader);
}

/**
 * Operations behind headers, up to the header that ends them. Returns in which form each result goes
 * back. @throws MarshallingError
 */
export function encodeMulti(writer: JuteWriter, reader: JuteReader): readonly number[] {
  const opCodes: number[] = [];
  const countAt = beginMulti(writer);
  for (;;) {
    const opCode = readMultiHeader(reader);
    if (opCode === undefined) break;
    opCodes.push(encodeMultiItem(opCode, writer, reader));
  }
  endMulti(writer, countAt, opCodes.length);
  return opCodes;
}

/** The opcode that a MultiHeader announces; undefined for the one that ends a multi. */
export function readMultiHeader(reader: JuteReader): number | undefined {
  const opCode = reader.readInt();
  const isDone = reader.readBoolean();
  reader.readInt();
  return isDone ? undefined : opCode;
}

function readSetDataOfNull(reader: JuteReader): SetDataOperation {
  const path = reader.readUstring() ?? "";
  return { type: "setData", path, data: reader.readLatin1(), version: reader.readInt() };
}

function encodeSetAcl(writer: JuteWriter, reader: JuteReader): void {
  // Here, too, null is a path that is none.
  const path = reader.readUstring() ?? "";
  const acl = readAclVector(reader);
  encodeItem(writer, { type: "setAcl", path, acl, version: reader.readInt() });
}

function encodeCreate(opCode: number, writer: JuteWriter, reader: JuteReader): void {
  encodeItem(writer, createOf(opCode, readCreate(opCode, reader)));
}

/** Returns the form of its result. */
function encodeMultiItem(opCode: number, writer: JuteWriter, reader: JuteReader): number {
  if (opCode === OpCode.check) copyCheck(writer, reader);
  else if (CREATES.has(opCode)) {
    const { operation, form } = multiCreateOf(opCode, readCreate(opCode, reader));
    encodeItem(writer, operation);
    return form;
  } else {
    const encode = RECORDS[opCode];
    if (encode === undefined || opCode === OpCode.setACL) {
      throw new MarshallingError(`opcode ${opCode} stands in no multi`);
    }
    encode(writer, reader);
  }
  return opCode;
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
function multiCreateOf(
  opCode: number,
  record: CreateRecord,
): { readonly operation: CreateOperation; readonly form: number } {
  const { path, data, acl, flags, ttlMs } = record;
  const operation = { type: "create", path, data, acl, mode: flags as CreateMode } as const;
  if (flags === CreateMode.CONTAINER) return { operation, form: OpCode.createContainer };
  if (isTtlFlag(flags)) {
    if (opCode !== OpCode.createTTL) throw new MarshallingError(`flags ${flags} want a TTL`);
    return { operation: { ...operation, ttlMs }, form: opCode };
  }
  return { operation, form: opCode === OpCode.create2 ? opCode : OpCode.create };
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
