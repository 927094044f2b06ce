import { OpCode } from "@meerkat/jute";
import { Perms, ResultCode, WatcherType } from "@meerkat/tree";
import { beforeEach, describe, expect, it } from "vitest";
import { create, pathInt, read, readEvent, setData, watches } from "./harness/bodies.ts";
import { expectEnd, type GivenSession, givenSession } from "./harness/given-session.ts";
import type { RunningDoor } from "./harness/start-door.ts";
import type { WireClient } from "./harness/wire-client.ts";

const { MARSHALLINGERROR, NOWATCHER } = ResultCode;
const EPOCH_1 = 2 ** 32;

let door: RunningDoor;
let client: WireClient;
let ok: GivenSession["ok"];
let codeOf: GivenSession["codeOf"];

beforeEach(async () => {
  ({ door, client, ok, codeOf } = await givenSession());
});

describe("watches", () => {
  it("of every kind tell what happens, before the answer of who did it", async () => {
    await ok(OpCode.getData, read("/a", true));
    await codeOf(OpCode.exists, read("/b", true));
    await ok(OpCode.getChildren, read("/", true));
    await ok(OpCode.addWatch, pathInt("/c", 1));
    client.send(OpCode.setData, setData("/a", "x"));
    client.send(OpCode.create, create("/b"));
    client.send(OpCode.create, create("/c"));
    client.send(OpCode.delete, pathInt("/c", -1));
    const told: unknown[] = [];
    for (let i = 0; i < 9; i += 1) {
      const { xid, zxid, body } = await client.reply();
      told.push(xid === -1 ? [zxid - EPOCH_1, readEvent(body)] : xid);
    }
    const event = (type: number, path: string) => ({ type, state: 3, path });
    expect(told).toEqual([
      [3, event(3, "/a")],
      6,
      [4, event(1, "/b")],
      [4, event(4, "/")],
      7,
      [5, event(1, "/c")],
      8,
      [6, event(2, "/c")],
      9,
    ]);
  });

  it("addWatch answers with a 0, and -5 for a mode that does not exist", async () => {
    const { body } = await ok(OpCode.addWatch, pathInt("/anything", 0));
    expect(body.readInt()).toBe(0);
    expectEnd({ body });
    expect(await codeOf(OpCode.addWatch, pathInt("/a", 2))).toBe(MARSHALLINGERROR);
    expect(await codeOf(OpCode.addWatch, pathInt("/a", -1))).toBe(MARSHALLINGERROR);
  });

  it("are not set by reads that fail, but for exists", async () => {
    await codeOf(OpCode.getData, read("/x", true));
    await codeOf(OpCode.getChildren, read("/x", true));
    expect(await codeOf(OpCode.checkWatches, pathInt("/x", WatcherType.ANY))).toBe(NOWATCHER);
    await codeOf(OpCode.exists, read("/x", true));
    expect(await codeOf(OpCode.checkWatches, pathInt("/x", WatcherType.ANY))).toBe(0);
  });

  it("are found and removed by their type", async () => {
    await ok(OpCode.getChildren, read("/a", true));
    expect(await codeOf(OpCode.checkWatches, pathInt("/a", WatcherType.DATA))).toBe(NOWATCHER);
    await ok(OpCode.checkWatches, pathInt("/a", WatcherType.CHILDREN));
    expect(await codeOf(OpCode.removeWatches, pathInt("/a", WatcherType.DATA))).toBe(NOWATCHER);
    await ok(OpCode.removeWatches, pathInt("/a", WatcherType.ANY));
    expect(await codeOf(OpCode.removeWatches, pathInt("/a", WatcherType.ANY))).toBe(NOWATCHER);
    for (const opCode of [OpCode.checkWatches, OpCode.removeWatches]) {
      for (const type of [0, 6, -1]) {
        expect(await codeOf(opCode, pathInt("/a", type))).toBe(MARSHALLINGERROR);
      }
    }
  });

  it("come with a client, which is told first what it missed", async () => {
    const seen = door.node.tree.lastZxid;
    await ok(OpCode.setData, setData("/a", "newer"));
    const body = watches(seen, ["/a", "/gone"], ["/a", "/new"], ["/"], ["/p"], ["/r"]);
    client.send(OpCode.setWatches2, body, -8);
    const told: unknown[] = [];
    for (let i = 0; i < 3; i += 1) {
      const reply = await client.reply();
      expect([reply.xid, reply.zxid]).toEqual([-1, -1]);
      const { type, path: of } = readEvent(reply.body);
      told.push([type, of]);
    }
    expect(told).toEqual([
      [3, "/a"],
      [2, "/gone"],
      [1, "/a"],
    ]);
    expect(await client.reply()).toMatchObject({ xid: -8, err: 0 });
    for (const watched of ["/new", "/", "/p", "/r"]) {
      await ok(OpCode.checkWatches, pathInt(watched, WatcherType.ANY));
    }
    expect(await codeOf(OpCode.checkWatches, pathInt("/a", WatcherType.ANY))).toBe(NOWATCHER);
  });

  it("that cannot be read set nothing", async () => {
    expect(await codeOf(OpCode.setWatches, watches(0, ["/a"], []))).toBe(MARSHALLINGERROR);
    expect(await codeOf(OpCode.setWatches2, watches(0, ["/a"], [], []))).toBe(MARSHALLINGERROR);
    expect(await codeOf(OpCode.checkWatches, pathInt("/a", WatcherType.ANY))).toBe(NOWATCHER);
  });

  it("stay silent about what the client may not read, and are spent", async () => {
    await codeOf(OpCode.exists, read("/secret", true));
    const acl = [{ perms: Perms.ALL, id: { scheme: "digest", id: "other:x" } }];
    await ok(OpCode.create, create("/secret", { acl }));
    expect(await codeOf(OpCode.checkWatches, pathInt("/secret", WatcherType.ANY))).toBe(NOWATCHER);
  });
});
