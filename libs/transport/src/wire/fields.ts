import type { JuteReader, JuteWriter } from "@meerkat/jute";
import {
  EPOCH_MAX,
  type Epoch,
  type Incarnation,
  type ServerId,
  type StoreId,
  type Zxid,
} from "@meerkat/zab";
import { MalformedMessage } from "./malformed-message.ts";

/** Readers of single fields: what they return keeps its type's promises, whatever the bytes were. */

export const SERVER_ID_MAX = 65_535;
export const LONG_BYTES = 8;

export function readServerId(reader: JuteReader): ServerId {
  const id = reader.readInt();
  if (id < 1 || id > SERVER_ID_MAX) throw new MalformedMessage(`${id} is no server id.`);
  return id as ServerId;
}

/** 0 stands for nobody. */
export function readOptionalServerId(reader: JuteReader): ServerId | undefined {
  const id = reader.readInt();
  if (id < 0 || id > SERVER_ID_MAX) throw new MalformedMessage(`${id} is no server id.`);
  return id === 0 ? undefined : (id as ServerId);
}

export function readEpoch(reader: JuteReader): Epoch {
  const epoch = reader.readInt();
  if (epoch < 0 || epoch > EPOCH_MAX) throw new MalformedMessage(`${epoch} is no epoch.`);
  return epoch as Epoch;
}

/** Any exact number from 0 is a zxid: the epoch's bound is that of exact numbers. */
export function readZxid(reader: JuteReader): Zxid {
  return readCount(reader) as Zxid;
}

export function readIncarnation(reader: JuteReader): Incarnation {
  return readCount(reader) as Incarnation;
}

export function readStoreId(reader: JuteReader): StoreId {
  return readCount(reader) as StoreId;
}

/** A whole number from 0, exact. */
export function readCount(reader: JuteReader): number {
  const count = reader.readLong();
  if (count < 0) throw new MalformedMessage(`${count} is negative.`);
  return count;
}

export function readFlag(reader: JuteReader): boolean {
  const byte = reader.readByte();
  if (byte > 1) throw new MalformedMessage(`${byte} is neither true nor false.`);
  return byte === 1;
}

/** A view of the message's bytes, not a copy. */
export function readBytes(reader: JuteReader): Uint8Array {
  const bytes = reader.readBuffer();
  if (bytes === null) throw new MalformedMessage("null where bytes belong.");
  return bytes;
}

/** The word with this number in `words`. */
export function readWord<T extends string>(reader: JuteReader, words: readonly T[]): T {
  const at = reader.readByte();
  const word = words[at];
  if (word === undefined) throw new MalformedMessage(`${at} is none of ${words.join(", ")}.`);
  return word;
}

export function writeWord<T extends string>(
  writer: JuteWriter,
  words: readonly T[],
  word: T,
): void {
  writer.writeByte(words.indexOf(word));
}

/** @throws MalformedMessage before anything is allocated for a count that cannot be */
export function readVector<T>(reader: JuteReader, elementBytesMin: number, read: () => T): T[] {
  const count = reader.readVectorLength(elementBytesMin);
  if (count < 0) throw new MalformedMessage("null where a vector belongs.");
  return Array.from({ length: count }, read);
}

export function writeVector<T>(
  writer: JuteWriter,
  elements: readonly T[],
  write: (element: T) => void,
): void {
  writer.writeInt(elements.length);
  for (const element of elements) write(element);
}
