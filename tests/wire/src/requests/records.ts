import type { JuteWriter } from "@meerkat/jute";
import type { Call } from "../language/line.ts";
import type { Token } from "../language/tokens.ts";
import { bytesOf, integerOf, listOf, longOf } from "../language/values.ts";
import { writeAclList } from "./acl-list.ts";
import { writeLong } from "./long.ts";
import type { OpcodeName } from "./opcodes.ts";

/** A zxid of a script: a number, or `z3+1` by the symbol that a reply showed. */
export type ZxidOf = (text: string) => bigint;

type RecordWriter = (writer: JuteWriter, call: Call, zxidOf: ZxidOf) => void;

const TRUE: Token = { latin1: "1", quoted: false };
const FALSE: Token = { latin1: "0", quoted: false };
const NOTHING: Token = { latin1: "", quoted: true };
const EMPTY_LIST: Token = { latin1: "", quoted: false };
const ANY_VERSION: Token = { latin1: "-1", quoted: false };

const writeBytes = (writer: JuteWriter, token: Token = NOTHING): void =>
  writer.writeBuffer(bytesOf(token));

const writePath: RecordWriter = (writer, { args }) => writeBytes(writer, args[0]);

/** The flag is any byte, true unless it is zero. */
const writePathAndWatch: RecordWriter = (writer, call, zxidOf) => {
  writePath(writer, call, zxidOf);
  const flag = call.args.slice(1).some(({ latin1 }) => latin1 === "watch") ? TRUE : FALSE;
  writer.writeByte(integerOf(call.options.get("watch") ?? flag));
};

const writePathAndInt =
  (option: string, fallback: Token): RecordWriter =>
  (writer, call, zxidOf) => {
    writePath(writer, call, zxidOf);
    writer.writeInt(integerOf(call.options.get(option) ?? fallback));
  };

const createWriter =
  (flags: number): RecordWriter =>
  (writer, call, zxidOf) => {
    const { options } = call;
    writePath(writer, call, zxidOf);
    writeBytes(writer, options.get("data"));
    writeAclList(writer, options.get("acl"));
    const given = options.get("flags");
    writer.writeInt(given === undefined ? flags : integerOf(given));
  };

const listsWriter =
  (...names: readonly string[]): RecordWriter =>
  (writer, { options }, zxidOf) => {
    writeLong(writer, zxidOf(options.get("zxid")?.latin1 ?? "0"));
    for (const name of names) {
      const list = listOf(options.get(name) ?? EMPTY_LIST);
      writer.writeInt(list?.length ?? -1);
      for (const element of list ?? []) writer.writeBuffer(element);
    }
  };

const nothing: RecordWriter = () => undefined;

const CONTAINER_FLAGS = 4;
const TTL_FLAGS = 5;

/** The request record of each opcode, from what its line is given. */
export const RECORDS: Readonly<Record<OpcodeName, RecordWriter>> = {
  create: createWriter(0),
  create2: createWriter(0),
  createContainer: createWriter(CONTAINER_FLAGS),
  createTTL: (writer, call, zxidOf) => {
    createWriter(TTL_FLAGS)(writer, call, zxidOf);
    writeLong(writer, longOf(call.options.get("ttl") ?? FALSE));
  },
  delete: writePathAndInt("version", ANY_VERSION),
  exists: writePathAndWatch,
  getData: writePathAndWatch,
  setData: (writer, call, zxidOf) => {
    writePath(writer, call, zxidOf);
    writeBytes(writer, call.options.get("data"));
    writer.writeInt(integerOf(call.options.get("version") ?? ANY_VERSION));
  },
  getACL: writePath,
  setACL: (writer, call, zxidOf) => {
    writePath(writer, call, zxidOf);
    writeAclList(writer, call.options.get("acl"));
    writer.writeInt(integerOf(call.options.get("version") ?? ANY_VERSION));
  },
  getChildren: writePathAndWatch,
  getChildren2: writePathAndWatch,
  sync: writePath,
  ping: nothing,
  check: writePathAndInt("version", ANY_VERSION),
  multi: nothing,
  multiRead: nothing,
  reconfig: (writer, { options }) => {
    for (const name of ["joining", "leaving", "members"]) writeBytes(writer, options.get(name));
    writeLong(writer, longOf(options.get("config") ?? ANY_VERSION));
  },
  checkWatches: writePathAndInt("kind", FALSE),
  removeWatches: writePathAndInt("kind", FALSE),
  deleteContainer: writePath,
  auth: (writer, { args, options }) => {
    writer.writeInt(integerOf(options.get("kind") ?? FALSE));
    writeBytes(writer, args[0]);
    writeBytes(writer, args[1]);
  },
  setWatches: listsWriter("data", "exist", "child"),
  setWatches2: listsWriter("data", "exist", "child", "persistent", "recursive"),
  sasl: (writer, { args }) => writeBytes(writer, args[0]),
  getEphemerals: writePath,
  getAllChildrenNumber: writePath,
  addWatch: writePathAndInt("mode", FALSE),
  whoAmI: nothing,
  createSession: (writer, { options }) =>
    writer.writeInt(integerOf(options.get("timeout") ?? FALSE)),
  close: nothing,
};
