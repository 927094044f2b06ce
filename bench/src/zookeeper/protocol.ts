import { JuteReader, JuteWriter } from "@meerkat/jute";

/** The part of ZooKeeper's client protocol that a load generator speaks. */
export const OpCode = {
  create: 1,
  getData: 4,
  setData: 5,
  sync: 9,
  check: 13,
  multi: 14,
  closeSession: -11,
} as const;

/** `int length`, `int xid`, `long zxid`, `int err`: where every reply begins. */
export const REPLY_START_BYTES = 20;
/** Without the length in front: xid, zxid, err. */
export const REPLY_HEADER_BYTES = 16;
export const STAT_BYTES = 68;
export const MULTI_HEADER_BYTES = 9;
/** The reply to a ConnectRequest that has the read-only flag, with its length. */
export const CONNECT_RESPONSE_BYTES = 41;

const ANY_VERSION = -1;
const ALL_PERMISSIONS = 31;
const PASSWORD = new Uint8Array(16);

export interface NodeValue {
  readonly path: string;
  readonly data: string;
}

type Encode = (writer: JuteWriter) => void;

const writer = new JuteWriter();

function frame(encode: Encode): Buffer {
  writer.reset();
  writer.writeInt(0);
  encode(writer);
  writer.patchInt(0, writer.length - 4);
  return Buffer.from(writer.view());
}

export function connectFrame(timeoutMs: number): Buffer {
  return frame((to) => {
    to.writeInt(0);
    to.writeLong(0);
    to.writeInt(timeoutMs);
    to.writeLong(0);
    to.writeBuffer(PASSWORD);
    to.writeBoolean(false);
  });
}

export function requestFrame(xid: number, type: number, body: Encode): Buffer {
  return frame((to) => {
    to.writeInt(xid);
    to.writeInt(type);
    body(to);
  });
}

/** Null where the session was refused. */
export function readConnectResponse(bytes: Buffer): { readonly timeoutMs: number } | null {
  const timeoutMs = bytes.readInt32BE(8);
  return timeoutMs === 0 ? null : { timeoutMs };
}

export const pathBody =
  (path: string): Encode =>
  (to) =>
    to.writeUstring(path);

export const getDataBody =
  (path: string, watches = false): Encode =>
  (to) => {
    to.writeUstring(path);
    to.writeBoolean(watches);
  };

export const setDataBody =
  ({ path, data }: NodeValue): Encode =>
  (to) => {
    to.writeUstring(path);
    to.writeLatin1(data);
    to.writeInt(ANY_VERSION);
  };

/** A persistent znode, open to the world. */
export const createBody =
  ({ path, data }: NodeValue): Encode =>
  (to) => {
    to.writeUstring(path);
    to.writeLatin1(data);
    to.writeInt(1);
    to.writeInt(ALL_PERMISSIONS);
    to.writeUstring("world");
    to.writeUstring("anyone");
    to.writeInt(0);
  };

/** A check of each znode, then a setData of each. */
export const checkAndSetBody =
  (nodes: readonly NodeValue[]): Encode =>
  (to) => {
    for (const { path } of nodes) {
      writeMultiHeader(to, OpCode.check, false);
      to.writeUstring(path);
      to.writeInt(ANY_VERSION);
    }
    for (const node of nodes) {
      writeMultiHeader(to, OpCode.setData, false);
      setDataBody(node)(to);
    }
    writeMultiHeader(to, -1, true);
  };

function writeMultiHeader(to: JuteWriter, type: number, done: boolean): void {
  to.writeInt(type);
  to.writeBoolean(done);
  to.writeInt(-1);
}

/** What getData answers, as far as a benchmark looks at it. */
export function readDataAndVersion(body: Buffer): { readonly data: string; version: number } {
  const from = new JuteReader(body);
  const data = from.readLatin1() ?? "";
  for (let field = 0; field < 4; field += 1) from.readLong();
  return { data, version: from.readInt() };
}
