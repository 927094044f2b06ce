import { type JuteReader, type JuteWriter, MarshallingError, OpCode } from "@meerkat/jute";
import {
  type DataTree,
  type Id,
  Perms,
  type ReadonlyZnode,
  ResultCode,
  type SessionId,
  statOf,
  type WatcherId,
  WatchKind,
  writeStat,
} from "@meerkat/tree";
import { writeAclVector, writeMultiEnd, writeMultiHeader, writeStrings } from "./records.ts";
import type { WatchDesk } from "./watch-desk.ts";
import { addWatch, WATCH_DEEDS } from "./watch-reads.ts";
import { userOf } from "./wire-credentials.ts";
import { readMultiHeader } from "./write-requests.ts";

/** On whose behalf something is read, and from what. */
export interface Reading {
  readonly tree: DataTree;
  readonly session: SessionId;
  readonly credentials: readonly Id[];
  readonly watcher: WatcherId;
  readonly desk: WatchDesk;
}

/**
 * One opcode that is answered from the tree at hand: reads the request's record and appends the
 * reply's. What it appended is taken back when it returns anything but OK.
 * @throws MarshallingError
 */
export type Read = (reading: Reading, reader: JuteReader, reply: JuteWriter) => ResultCode;

/** The same with an answer that has no body. */
export type Deed = (reading: Reading, reader: JuteReader) => ResultCode;

const { OK, NONODE, NOAUTH, BADARGUMENTS } = ResultCode;

/** The node, or why this client may not look at it. A malformed path simply does not exist. */
function find(reading: Reading, path: string, perms: number): ReadonlyZnode | ResultCode {
  const node = reading.tree.find(path);
  if (node === undefined) return NONODE;
  return reading.tree.isAllowed(node, perms, reading.credentials) ? node : NOAUTH;
}

const exists: Read = (reading, reader, reply) => {
  const path = reader.readString();
  const watches = reader.readBoolean();
  if (path.includes("\0")) return BADARGUMENTS;
  const node = find(reading, path, Perms.READ);
  // Also where there is no node: the watch then waits for one.
  if (watches && node !== NOAUTH) reading.desk.add(path, reading.watcher, WatchKind.DATA);
  if (typeof node === "number") return node;
  writeStat(reply, statOf(node));
  return OK;
};

function getData(mayWatch: boolean): Read {
  return (reading, reader, reply) => {
    const path = reader.readString();
    const watches = reader.readBoolean();
    const node = find(reading, path, Perms.READ);
    if (typeof node === "number") return node;
    if (watches && mayWatch) reading.desk.add(path, reading.watcher, WatchKind.DATA);
    reply.writeLatin1(node.data);
    writeStat(reply, statOf(node));
    return OK;
  };
}

const getACL: Read = (reading, reader, reply) => {
  const path = reader.readString();
  const node = find(reading, path, Perms.READ | Perms.ADMIN);
  if (typeof node === "number") return node;
  const { acl = [] } = reading.tree.getAcl(path, reading.credentials) ?? {};
  writeAclVector(reply, acl);
  writeStat(reply, statOf(node));
  return OK;
};

function children({ withStat, mayWatch }: { withStat: boolean; mayWatch: boolean }): Read {
  return (reading, reader, reply) => {
    const path = reader.readString();
    const watches = reader.readBoolean();
    const node = find(reading, path, Perms.READ);
    if (typeof node === "number") return node;
    if (watches && mayWatch) reading.desk.add(path, reading.watcher, WatchKind.CHILD);
    writeStrings(reply, node.childNames, node.childNames.size);
    if (withStat) writeStat(reply, statOf(node));
    return OK;
  };
}

/** What Java's trim leaves nothing or `/` of. */
const ALL_PATHS = /^[\0- ]*\/?[\0- ]*$/;

/** Only one's own, by a plain prefix of the path; a blank one or `/` means all. No ACL is asked. */
const getEphemerals: Read = ({ tree, session }, reader, reply) => {
  const prefix = reader.readUstring() ?? "";
  const paths = tree.ephemerals(session, ALL_PATHS.test(prefix) ? "" : prefix);
  writeStrings(reply, paths, paths.length);
  return OK;
};

const getAllChildrenNumber: Read = (reading, reader, reply) => {
  const path = reader.readString();
  const node = find(reading, path, Perms.READ);
  if (typeof node === "number") return node;
  const below = reading.tree.allChildrenNumber(path) ?? 0;
  // By its other name the root is one of its own descendants.
  reply.writeInt(path === "" ? below + 1 : below);
  return OK;
};

const whoAmI: Read = ({ credentials }, _reader, reply) => {
  reply.writeInt(credentials.length);
  for (const id of credentials) {
    reply.writeUstring(id.scheme);
    reply.writeUstring(userOf(id));
  }
  return OK;
};

/** In a multiRead nothing is watched, whatever the records ask for. */
const MULTI_READS: Readonly<Partial<Record<number, Read>>> = {
  [OpCode.getData]: getData(false),
  [OpCode.getChildren]: children({ withStat: false, mayWatch: false }),
};

/** Each read succeeds or fails for itself; the whole fails only for what is no read. */
const multiRead: Read = (reading, reader, reply) => {
  const bytesMax = reading.tree.options.readBytesPerTxnMax;
  const bodyAt = reply.length;
  for (;;) {
    const opCode = readMultiHeader(reader);
    if (opCode === undefined) break;
    const read = MULTI_READS[opCode];
    if (read === undefined) throw new MarshallingError(`opcode ${opCode} stands in no multiRead`);
    const start = reply.length;
    // One small request could ask for the same large node many thousand times.
    if (start - bodyAt > bytesMax) return BADARGUMENTS;
    writeMultiHeader(reply, opCode, OK);
    const code = read(reading, reader, reply);
    if (code === OK) continue;
    reply.truncate(start);
    writeMultiHeader(reply, OpCode.error, code);
    reply.writeInt(code);
  }
  writeMultiEnd(reply);
  return OK;
};

export const READS: Readonly<Partial<Record<number, Read>>> = {
  [OpCode.exists]: exists,
  [OpCode.getData]: getData(true),
  [OpCode.getACL]: getACL,
  [OpCode.getChildren]: children({ withStat: false, mayWatch: true }),
  [OpCode.getChildren2]: children({ withStat: true, mayWatch: true }),
  [OpCode.getEphemerals]: getEphemerals,
  [OpCode.getAllChildrenNumber]: getAllChildrenNumber,
  [OpCode.whoAmI]: whoAmI,
  [OpCode.multiRead]: multiRead,
  [OpCode.addWatch]: addWatch,
};

export const DEEDS: Readonly<Partial<Record<number, Deed>>> = {
  ...WATCH_DEEDS,
  [OpCode.ping]: () => OK,
  // Members are fixed: what a ZooKeeper says whose reconfiguration is disabled, as it is by default.
  [OpCode.reconfig]: () => ResultCode.RECONFIGDISABLED,
};
