import { type JuteReader, type JuteWriter, MarshallingError } from "@meerkat/jute";
import { Kind } from "./request-codec.ts";

/*
 * These operations stand in a request as they stand in ZooKeeper's records, but for the byte that says
 * which one it is. Whoever has such a record at hand copies it, and makes neither strings nor objects
 * of it. All of them throw a MarshallingError when the record is none.
 */

/** path, data, version */
export function copySetData(writer: JuteWriter, reader: JuteReader): void {
  writer.writeByte(Kind.setData);
  const start = reader.position;
  skipPath(reader);
  reader.skipField();
  reader.readInt();
  writer.writeRead(reader, start);
}

/** path, version */
export function copyCheck(writer: JuteWriter, reader: JuteReader): void {
  writer.writeByte(Kind.check);
  copyPathAndVersion(writer, reader);
}

/** path, version */
export function copyDelete(writer: JuteWriter, reader: JuteReader): void {
  writer.writeByte(Kind.delete);
  copyPathAndVersion(writer, reader);
  const isRecursive = false;
  writer.writeBoolean(isRecursive);
}

/** A multi, whose operations are to be appended next. Returns its place for `endMulti`. */
export function beginMulti(writer: JuteWriter): number {
  writer.writeByte(Kind.multi);
  const countAt = writer.length;
  writer.writeInt(0);
  return countAt;
}

export function endMulti(writer: JuteWriter, countAt: number, count: number): void {
  writer.patchInt(countAt, count);
}

function copyPathAndVersion(writer: JuteWriter, reader: JuteReader): void {
  const start = reader.position;
  skipPath(reader);
  reader.readInt();
  writer.writeRead(reader, start);
}

function skipPath(reader: JuteReader): void {
  if (!reader.skipField()) throw new MarshallingError(`null before byte ${reader.position}`);
}
