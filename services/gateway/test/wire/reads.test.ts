import { OpCode } from "@meerkat/jute";
import { Perms, ResultCode } from "@meerkat/tree";
import { beforeEach, describe, expect, it } from "vitest";
import { auth, create, path, read, readStat, readStrings } from "./harness/bodies.ts";
import { expectEnd, type GivenSession, givenSession } from "./harness/given-session.ts";
import type { RunningDoor } from "./harness/start-door.ts";
import type { WireClient } from "./harness/wire-client.ts";

const { NONODE, BADARGUMENTS, MARSHALLINGERROR, NOAUTH } = ResultCode;
const EPOCH_1 = 2 ** 32;

let door: RunningDoor;
let client: WireClient;
let ok: GivenSession["ok"];
let codeOf: GivenSession["codeOf"];

beforeEach(async () => {
  ({ door, client, ok, codeOf } = await givenSession());
});

describe("reads", () => {
  it("exists gives the Stat", async () => {
    const { body, zxid } = await ok(OpCode.exists, read("/a"));
    expect(readStat(body)).toMatchObject({ czxid: EPOCH_1 + 2, dataLength: 3 });
    expectEnd({ body });
    expect(zxid).toBe(door.node.tree.lastZxid);
  });

  it("getData gives data and Stat", async () => {
    const { body } = await ok(OpCode.getData, read("/a"));
    expect(body.readLatin1()).toBe("one");
    expect(readStat(body)).toMatchObject({ version: 0 });
    expectEnd({ body });
  });

  it("getACL gives list and Stat", async () => {
    const { body } = await ok(OpCode.getACL, path("/a"));
    expect(body.readInt()).toBe(1);
    expect([body.readInt(), body.readString(), body.readString()]).toEqual([31, "world", "anyone"]);
    readStat(body);
    expectEnd({ body });
  });

  it("getChildren gives names, getChildren2 the Stat too", async () => {
    await ok(OpCode.create, create("/a/b"));
    const plain = await ok(OpCode.getChildren, read("/a"));
    expect(readStrings(plain.body)).toEqual(["b"]);
    expectEnd(plain);
    const { body } = await ok(OpCode.getChildren2, read("/a"));
    expect(readStrings(body)).toEqual(["b"]);
    expect(readStat(body)).toMatchObject({ numChildren: 1, cversion: 1 });
    expectEnd({ body });
  });

  it("getEphemerals gives one's own, by a plain prefix", async () => {
    const other = await door.client();
    await other.call(OpCode.create, create("/other", { flags: 1 }));
    await ok(OpCode.create, create("/e1", { flags: 1 }));
    await ok(OpCode.create, create("/f", { flags: 1 }));
    const mine = async (prefix: string | null) =>
      readStrings((await ok(OpCode.getEphemerals, path(prefix))).body);
    expect(await mine("/e")).toEqual(["/e1"]);
    for (const all of ["/", "", "  ", null]) expect(await mine(all)).toEqual(["/e1", "/f"]);
    expect(await mine("/x")).toEqual([]);
  });

  it("getAllChildrenNumber counts everything below", async () => {
    await ok(OpCode.create, create("/a/b"));
    await ok(OpCode.create, create("/a/b/c"));
    const { body } = await ok(OpCode.getAllChildrenNumber, path("/a"));
    expect(body.readInt()).toBe(2);
    expectEnd({ body });
  });

  it("whoAmI shows who the client has proved to be", async () => {
    await ok(OpCode.auth, auth("digest", "me:secret"));
    const { body } = await ok(OpCode.whoAmI);
    const names = Array.from({ length: body.readInt() }, () => [
      body.readString(),
      body.readString(),
    ]);
    expect(names).toEqual([
      ["ip", "127.0.0.1"],
      ["digest", "me"],
    ]);
    expectEnd({ body });
  });

  it("an empty path is the root", async () => {
    expect(readStrings((await ok(OpCode.getChildren, read(""))).body)).toContain("a");
  });

  it.each([
    ["exists", OpCode.exists, read("/x"), NONODE],
    ["exists", OpCode.exists, read("/a\0"), BADARGUMENTS],
    ["exists", OpCode.exists, path("/a"), MARSHALLINGERROR],
    ["getData", OpCode.getData, read("/x"), NONODE],
    ["getData", OpCode.getData, path(null), MARSHALLINGERROR],
    ["getACL", OpCode.getACL, path("/x"), NONODE],
    ["getACL", OpCode.getACL, undefined, MARSHALLINGERROR],
    ["getChildren", OpCode.getChildren, read("//"), NONODE],
    ["getChildren2", OpCode.getChildren2, read("/x"), NONODE],
    ["getEphemerals", OpCode.getEphemerals, undefined, MARSHALLINGERROR],
    ["getAllChildrenNumber", OpCode.getAllChildrenNumber, path("/x"), NONODE],
  ])("%s is refused for what it says", async (_, opCode, body, code) => {
    expect(await codeOf(opCode, body)).toBe(code);
  });

  it("a field that announces too much is unreadable, and the connection lives", async () => {
    for (const length of [2 ** 31 - 1, -2, 100]) {
      expect(await codeOf(OpCode.getData, (writer) => writer.writeInt(length))).toBe(
        MARSHALLINGERROR,
      );
    }
    await client.ping();
  });

  it("without permission is refused, but for exists of what is not there", async () => {
    const acl = [{ perms: Perms.ALL, id: { scheme: "digest", id: "other:x" } }];
    await ok(OpCode.create, create("/secret", { acl }));
    for (const opCode of [OpCode.getData, OpCode.getChildren, OpCode.getChildren2, OpCode.exists]) {
      expect(await codeOf(opCode, read("/secret"))).toBe(NOAUTH);
    }
    for (const opCode of [OpCode.getACL, OpCode.getAllChildrenNumber]) {
      expect(await codeOf(opCode, path("/secret"))).toBe(NOAUTH);
    }
    expect(await codeOf(OpCode.exists, read("/secret/x"))).toBe(NONODE);
  });
});
