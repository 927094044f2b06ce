import { type JuteReader, type JuteWriter, OpCode } from "@meerkat/jute";
import { type Acl, OPEN_ACL_UNSAFE } from "@meerkat/tree";

/** Writes what stands behind the header of a request. */
export type Body = (writer: JuteWriter) => void;

export const path =
  (text: string | null): Body =>
  (writer) =>
    writer.writeUstring(text);

/** exists, getData, getChildren, getChildren2. */
export const read =
  (text: string, watches = false): Body =>
  (writer) => {
    writer.writeUstring(text);
    writer.writeBoolean(watches);
  };

/** delete, check; and with a type or mode in place of the version: the requests about watches. */
export const pathInt =
  (text: string, value: number): Body =>
  (writer) => {
    writer.writeUstring(text);
    writer.writeInt(value);
  };

export const acls =
  (list: readonly Acl[] | null): Body =>
  (writer) => {
    writer.writeInt(list === null ? -1 : list.length);
    for (const { perms, id } of list ?? []) {
      writer.writeInt(perms);
      writer.writeUstring(id.scheme);
      writer.writeUstring(id.id);
    }
  };

export interface CreateOptions {
  readonly data?: string | null;
  readonly flags?: number;
  readonly acl?: readonly Acl[] | null;
  /** createTTL alone has it. */
  readonly ttlMs?: number;
}

export const create =
  (text: string, options: CreateOptions = {}): Body =>
  (writer) => {
    const { data = "", flags = 0, acl = OPEN_ACL_UNSAFE, ttlMs } = options;
    writer.writeUstring(text);
    writer.writeLatin1(data);
    acls(acl)(writer);
    writer.writeInt(flags);
    if (ttlMs !== undefined) writer.writeLong(ttlMs);
  };

export const setData =
  (text: string, data: string | null = "", version = -1): Body =>
  (writer) => {
    writer.writeUstring(text);
    writer.writeLatin1(data);
    writer.writeInt(version);
  };

export const setAcl =
  (text: string, list: readonly Acl[] | null, version = -1): Body =>
  (writer) => {
    writer.writeUstring(text);
    acls(list)(writer);
    writer.writeInt(version);
  };

/** multi and multiRead. */
export const multi =
  (...items: readonly (readonly [opCode: number, body: Body])[]): Body =>
  (writer) => {
    for (const [opCode, body] of items) {
      writer.writeInt(opCode);
      writer.writeBoolean(false);
      writer.writeInt(-1);
      body(writer);
    }
    writer.writeInt(-1);
    writer.writeBoolean(true);
    writer.writeInt(-1);
  };

export const auth =
  (scheme: string, text: string): Body =>
  (writer) => {
    writer.writeInt(0);
    writer.writeUstring(scheme);
    writer.writeBuffer(Buffer.from(text));
  };

/** setWatches with three lists, setWatches2 with five. */
export const watches =
  (relativeZxid: number, ...lists: readonly (readonly string[])[]): Body =>
  (writer) => {
    writer.writeLong(relativeZxid);
    for (const list of lists) {
      writer.writeInt(list.length);
      for (const text of list) writer.writeUstring(text);
    }
  };

export interface MultiResult {
  readonly type: number;
  readonly err: number;
  readonly path?: string;
  readonly code?: number;
}

/** The results of a multi up to the header that ends it; Stats are passed over. */
export function readMultiResults(body: JuteReader): MultiResult[] {
  const results: MultiResult[] = [];
  for (;;) {
    const [type, isDone, err] = [body.readInt(), body.readBoolean(), body.readInt()];
    if (isDone) return results;
    if (type === OpCode.error) {
      results.push({ type, err, code: body.readInt() });
    } else if (type === OpCode.create) {
      results.push({ type, err, path: body.readString() });
    } else if (type === OpCode.create2) {
      results.push({ type, err, path: body.readString() });
      skipStat(body);
    } else {
      if (type === OpCode.setData) skipStat(body);
      results.push({ type, err });
    }
  }
}

export interface Stat {
  readonly czxid: number;
  readonly mzxid: number;
  readonly version: number;
  readonly cversion: number;
  readonly aversion: number;
  readonly ephemeralOwner: number;
  readonly dataLength: number;
  readonly numChildren: number;
  readonly pzxid: number;
}

export function readStat(body: JuteReader): Stat {
  const [czxid, mzxid] = [body.readLong(), body.readLong()];
  body.readLong();
  body.readLong();
  const [version, cversion, aversion] = [body.readInt(), body.readInt(), body.readInt()];
  const ephemeralOwner = body.readLong();
  const [dataLength, numChildren] = [body.readInt(), body.readInt()];
  const counts = { version, cversion, aversion, dataLength, numChildren };
  return { czxid, mzxid, ...counts, ephemeralOwner, pzxid: body.readLong() };
}

export function readStrings(body: JuteReader): string[] {
  return Array.from({ length: body.readInt() }, () => body.readString());
}

export interface WatcherEvent {
  readonly type: number;
  readonly state: number;
  readonly path: string;
}

export function readEvent(body: JuteReader): WatcherEvent {
  return { type: body.readInt(), state: body.readInt(), path: body.readString() };
}

function skipStat(body: JuteReader): void {
  readStat(body);
}
