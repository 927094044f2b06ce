import { type JuteReader, type JuteWriter, MarshallingError } from "@meerkat/jute";
import { type Acl, type Id, OPEN_ACL_UNSAFE, WORLD_ANYONE } from "../acl/acl.ts";
import type { Stat } from "../stat.ts";

/** Stands for OPEN_ACL_UNSAFE, which nearly every znode has, where a vector's count would stand. */
const OPEN_ACL_MARK = -2;
const ID_BYTES_MIN = 8;
const ACL_BYTES_MIN = 12;

export function writeAcls(writer: JuteWriter, acl: readonly Acl[]): void {
  if (acl === OPEN_ACL_UNSAFE || isOpen(acl)) {
    writer.writeInt(OPEN_ACL_MARK);
    return;
  }
  writer.writeInt(acl.length);
  for (const { perms, id } of acl) {
    writer.writeInt(perms);
    writeId(writer, id);
  }
}

export function readAcls(reader: JuteReader): readonly Acl[] {
  const count = reader.readInt();
  if (count === OPEN_ACL_MARK) return OPEN_ACL_UNSAFE;
  checkCount(reader, count, ACL_BYTES_MIN);
  const acl: Acl[] = [];
  for (let i = 0; i < count; i += 1) {
    const perms = reader.readInt();
    acl.push({ perms, id: readId(reader) });
  }
  return acl;
}

export function writeIds(writer: JuteWriter, ids: readonly Id[]): void {
  writer.writeInt(ids.length);
  for (const id of ids) writeId(writer, id);
}

export function readIds(reader: JuteReader): readonly Id[] {
  const count = readCount(reader, ID_BYTES_MIN);
  const ids: Id[] = [];
  for (let i = 0; i < count; i += 1) ids.push(readId(reader));
  return ids;
}

/** A vector's count that is not null. */
export function readCount(reader: JuteReader, elementBytesMin: number): number {
  const count = reader.readVectorLength(elementBytesMin);
  if (count < 0)
    throw new MarshallingError(`null instead of a list before byte ${reader.position}`);
  return count;
}

export function writeStat(writer: JuteWriter, stat: Stat): void {
  writer.writeLong(stat.czxid);
  writer.writeLong(stat.mzxid);
  writer.writeLong(stat.ctime);
  writer.writeLong(stat.mtime);
  writer.writeInt(stat.version);
  writer.writeInt(stat.cversion);
  writer.writeInt(stat.aversion);
  writer.writeLong(stat.ephemeralOwner);
  writer.writeInt(stat.dataLength);
  writer.writeInt(stat.numChildren);
  writer.writeLong(stat.pzxid);
}

export function readStat(reader: JuteReader): Stat {
  return {
    czxid: reader.readLong(),
    mzxid: reader.readLong(),
    ctime: reader.readLong(),
    mtime: reader.readLong(),
    version: reader.readInt(),
    cversion: reader.readInt(),
    aversion: reader.readInt(),
    ephemeralOwner: reader.readLong(),
    dataLength: reader.readInt(),
    numChildren: reader.readInt(),
    pzxid: reader.readLong(),
  };
}

/** The value at an index that came from outside. */
export function pick<T>(values: readonly T[], index: number, what: string): T {
  const value = values[index];
  if (value === undefined) throw new MarshallingError(`${what} ${index} does not exist`);
  return value;
}

function writeId(writer: JuteWriter, { scheme, id }: Id): void {
  writer.writeUstring(scheme);
  writer.writeUstring(id);
}

function readId(reader: JuteReader): Id {
  return { scheme: reader.readString(), id: reader.readString() };
}

function checkCount(reader: JuteReader, count: number, elementBytesMin: number): void {
  if (count < 0 || count * elementBytesMin > reader.remaining) {
    throw new MarshallingError(
      `the list before byte ${reader.position} announces ${count} elements`,
    );
  }
}

function isOpen(acl: readonly Acl[]): boolean {
  const [only] = acl;
  if (acl.length !== 1 || only === undefined) return false;
  const { scheme, id } = only.id;
  return only.perms === 31 && scheme === WORLD_ANYONE.scheme && id === WORLD_ANYONE.id;
}
