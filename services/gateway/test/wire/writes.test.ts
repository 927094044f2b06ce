import { OpCode } from "@meerkat/jute";
import { OPEN_ACL_UNSAFE, ResultCode } from "@meerkat/tree";
import { beforeEach, describe, expect, it } from "vitest";
import {
  create,
  multi,
  path,
  pathInt,
  read,
  readMultiResults,
  readStat,
  readStrings,
  setAcl,
  setData,
} from "./harness/bodies.ts";
import { expectEnd, type GivenSession, givenSession } from "./harness/given-session.ts";
import type { RunningDoor } from "./harness/start-door.ts";
import type { WireClient } from "./harness/wire-client.ts";

const {
  NONODE,
  NODEEXISTS,
  BADARGUMENTS,
  BADVERSION,
  INVALIDACL,
  NOTEMPTY,
  MARSHALLINGERROR,
  RUNTIMEINCONSISTENCY,
  NOCHILDRENFOREPHEMERALS,
} = ResultCode;

let door: RunningDoor;
let client: WireClient;
let ok: GivenSession["ok"];
let codeOf: GivenSession["codeOf"];

beforeEach(async () => {
  ({ door, client, ok, codeOf } = await givenSession());
});

describe("creates", () => {
  it("gives back the path, with its sequence number", async () => {
    const { body, zxid } = await ok(OpCode.create, create("/a/s-", { flags: 2 }));
    expect(body.readString()).toBe("/a/s-0000000000");
    expectEnd({ body });
    expect(zxid).toBe(door.node.tree.lastZxid);
  });

  it.each([
    ["create2", OpCode.create2, { flags: 1 }, 0x100000001],
    ["createContainer", OpCode.createContainer, { flags: 4 }, 0],
    ["createContainer with flags 0", OpCode.createContainer, { flags: 0 }, 0],
    ["createTTL", OpCode.createTTL, { flags: 5, ttlMs: 1_000 }, 0],
  ])("%s gives back path and Stat", async (_, opCode, options, ephemeralOwner) => {
    const { body, zxid } = await ok(opCode, create("/n", { data: "xy", ...options }));
    expect(body.readString()).toBe("/n");
    expect(readStat(body)).toEqual({
      ...{ czxid: zxid, mzxid: zxid, pzxid: zxid, version: 0, cversion: 0, aversion: 0 },
      ...{ ephemeralOwner, dataLength: 2, numChildren: 0 },
    });
    expectEnd({ body });
  });

  it.each([
    ["a node that is there", OpCode.create, create("/a"), NODEEXISTS],
    ["no parent", OpCode.create2, create("/x/y"), NONODE],
    ["a relative path", OpCode.create, create("x"), BADARGUMENTS],
    ["no ACL", OpCode.create, create("/x", { acl: [] }), INVALIDACL],
    ["a null ACL", OpCode.create, create("/x", { acl: null }), INVALIDACL],
    ["unknown flags", OpCode.create, create("/x", { flags: 7 }), BADARGUMENTS],
    ["flags of a TTL node", OpCode.create, create("/x", { flags: 5 }), BADARGUMENTS],
    ["a TTL of 0", OpCode.createTTL, create("/x", { flags: 5, ttlMs: 0 }), BADARGUMENTS],
    ["plain flags", OpCode.createTTL, create("/x", { flags: 0, ttlMs: 5 }), BADARGUMENTS],
    ["plain flags, ttl -1", OpCode.createTTL, create("/x", { flags: 0, ttlMs: -1 }), BADARGUMENTS],
    ["no ttl", OpCode.createTTL, create("/x", { flags: 5 }), MARSHALLINGERROR],
    ["a null path", OpCode.create, path(null), MARSHALLINGERROR],
    ["no body", OpCode.createContainer, undefined, MARSHALLINGERROR],
  ])("with %s are refused", async (_, opCode, body, code) => {
    expect(await codeOf(opCode, body)).toBe(code);
  });

  it("below an ephemeral are refused", async () => {
    await ok(OpCode.create, create("/e", { flags: 1 }));
    expect(await codeOf(OpCode.create, create("/e/x"))).toBe(NOCHILDRENFOREPHEMERALS);
  });

  it("make a plain node of a plain create with the flags of a container", async () => {
    await ok(OpCode.create, create("/plain", { flags: 4 }));
    await ok(OpCode.create, create("/plain/x"));
    await ok(OpCode.delete, pathInt("/plain/x", -1));
    expect(door.node.tree.find("/plain")?.kind).toBe(0);
  });
});

describe("changes", () => {
  it("setData gives back the Stat", async () => {
    const { body, zxid } = await ok(OpCode.setData, setData("/a", "three", 0));
    expect(readStat(body)).toMatchObject({ mzxid: zxid, version: 1, dataLength: 5 });
    expectEnd({ body });
  });

  it("setData keeps null apart from empty", async () => {
    await ok(OpCode.setData, setData("/a", null));
    expect((await ok(OpCode.getData, read("/a"))).body.readLatin1()).toBe(null);
    await ok(OpCode.setData, setData("/a", ""));
    expect((await ok(OpCode.getData, read("/a"))).body.readLatin1()).toBe("");
  });

  it("setACL gives back the Stat", async () => {
    const { body } = await ok(OpCode.setACL, setAcl("/a", OPEN_ACL_UNSAFE, 0));
    expect(readStat(body)).toMatchObject({ aversion: 1, version: 0 });
    expectEnd({ body });
  });

  it("delete gives back nothing", async () => {
    expectEnd(await ok(OpCode.delete, pathInt("/a", 0)));
  });

  it.each([
    ["setData", OpCode.setData, setData("/a", "", 7), BADVERSION],
    ["setData", OpCode.setData, setData("/x"), NONODE],
    ["setData", OpCode.setData, setData("/x/"), BADARGUMENTS],
    ["setACL", OpCode.setACL, setAcl("/a", OPEN_ACL_UNSAFE, 7), BADVERSION],
    ["setACL", OpCode.setACL, setAcl("/x", []), INVALIDACL],
    ["setACL", OpCode.setACL, path("/a"), MARSHALLINGERROR],
    ["delete", OpCode.delete, pathInt("/a", 7), BADVERSION],
    ["delete", OpCode.delete, pathInt("/x", -1), NONODE],
    ["delete", OpCode.delete, pathInt("/zookeeper", -1), BADARGUMENTS],
    ["delete", OpCode.delete, path("/a"), MARSHALLINGERROR],
  ])("%s is refused for what it says", async (_, opCode, body, code) => {
    expect(await codeOf(opCode, body)).toBe(code);
  });

  it("delete is refused for a node with children, whatever the version", async () => {
    await ok(OpCode.create, create("/a/b"));
    expect(await codeOf(OpCode.delete, pathInt("/a", 0))).toBe(NOTEMPTY);
    expect(await codeOf(OpCode.delete, pathInt("/a", 7))).toBe(BADVERSION);
  });

  it("a refusal spends a zxid, which stands in its answer", async () => {
    const before = door.node.tree.lastZxid;
    const { zxid } = await client.call(OpCode.delete, pathInt("/x", -1));
    expect(zxid).toBe(before + 1);
  });

  it("what cannot be read spends none", async () => {
    const before = door.node.tree.lastZxid;
    const { zxid } = await client.call(OpCode.delete, path("/a"));
    expect(zxid).toBe(before);
    expect(door.node.tree.lastZxid).toBe(before);
  });
});

describe("multi", () => {
  it("gives a result for each operation, in the form of its opcode", async () => {
    const { body } = await ok(
      OpCode.multi,
      multi(
        [OpCode.create, create("/m")],
        [OpCode.create2, create("/m/s-", { flags: 2 })],
        [OpCode.createContainer, create("/m/c", { flags: 4 })],
        [OpCode.createTTL, create("/m/t", { flags: 5, ttlMs: 5 })],
        [OpCode.check, pathInt("/m", 0)],
        [OpCode.setData, setData("/m", "x")],
        [OpCode.delete, pathInt("/m/c", -1)],
      ),
    );
    expect(readMultiResults(body)).toEqual([
      { type: OpCode.create, err: 0, path: "/m" },
      { type: OpCode.create2, err: 0, path: "/m/s-0000000000" },
      { type: OpCode.create2, err: 0, path: "/m/c" },
      { type: OpCode.create2, err: 0, path: "/m/t" },
      { type: OpCode.check, err: 0 },
      { type: OpCode.setData, err: 0 },
      { type: OpCode.delete, err: 0 },
    ]);
    expectEnd({ body });
  });

  it("that fails is a success in the header and names the operation that failed", async () => {
    const operations = multi(
      [OpCode.create, create("/m")],
      [OpCode.check, pathInt("/a", 7)],
      [OpCode.delete, pathInt("/a", -1)],
    );
    const { body } = await ok(OpCode.multi, operations);
    const codes = [0, BADVERSION, RUNTIMEINCONSISTENCY];
    expect(readMultiResults(body)).toEqual(
      codes.map((code) => ({ type: OpCode.error, err: code, code })),
    );
    expectEnd({ body });
    expect(door.node.tree.has("/m")).toBe(false);
  });

  it("may be empty, and spends a zxid", async () => {
    const before = door.node.tree.lastZxid;
    const { body, zxid } = await ok(OpCode.multi, multi());
    expect(readMultiResults(body)).toEqual([]);
    expect(zxid).toBe(before + 1);
  });

  it.each([
    ["a read", multi([OpCode.getData, read("/a")])],
    ["an unknown opcode", multi([99, path("/a")])],
    ["an operation that breaks off", multi([OpCode.delete, path("/a")])],
    ["no end", () => undefined],
  ])("with %s cannot be read", async (_, body) => {
    expect(await codeOf(OpCode.multi, body)).toBe(MARSHALLINGERROR);
  });

  it("of reads: each succeeds or fails for itself", async () => {
    const { body } = await ok(
      OpCode.multiRead,
      multi([OpCode.getData, read("/x")], [OpCode.getChildren, read("/a")]),
    );
    const header = () => [body.readInt(), body.readBoolean(), body.readInt()];
    expect(header()).toEqual([OpCode.error, false, NONODE]);
    expect(body.readInt()).toBe(NONODE);
    expect(header()).toEqual([OpCode.getChildren, false, 0]);
    expect(readStrings(body)).toEqual([]);
    expect(header()).toEqual([-1, true, -1]);
    expectEnd({ body });
  });

  it("of reads cannot be read with a write in it", async () => {
    const body = multi([OpCode.getData, read("/a")], [OpCode.delete, pathInt("/a", -1)]);
    expect(await codeOf(OpCode.multiRead, body)).toBe(MARSHALLINGERROR);
    expect(door.node.tree.has("/a")).toBe(true);
  });

  it("of reads gives back a bounded amount, however often it asks", async () => {
    await ok(OpCode.create, create("/big", { data: "x".repeat(900_000) }));
    const often = Array.from({ length: 10_000 }, () => [OpCode.getData, read("/big")] as const);
    expect(await codeOf(OpCode.multiRead, multi(...often))).toBe(BADARGUMENTS);
    await ok(OpCode.multiRead, multi(...often.slice(0, 4)));
  });
});
