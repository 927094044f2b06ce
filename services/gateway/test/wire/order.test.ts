import { OpCode } from "@meerkat/jute";
import { OPEN_ACL_UNSAFE, Perms, ResultCode } from "@meerkat/tree";
import { beforeEach, describe, expect, it } from "vitest";
import { Unavailable } from "../../src/coordination.ts";
import {
  auth,
  create,
  path,
  pathInt,
  read,
  readEvent,
  readStat,
  setData,
} from "./harness/bodies.ts";
import { eventually, turns } from "./harness/eventually.ts";
import { type GivenSession, givenSession } from "./harness/given-session.ts";
import type { RunningDoor } from "./harness/start-door.ts";
import type { Reply, WireClient } from "./harness/wire-client.ts";

let door: RunningDoor;
let client: WireClient;
let ok: GivenSession["ok"];

beforeEach(async () => {
  ({ door, client, ok } = await givenSession());
});

const versionIn = ({ body }: Reply) => readStat(body).version;
const setA = setData("/a", "x");
const createX = { type: "create", path: "/x", data: "", acl: OPEN_ACL_UNSAFE, mode: 0 } as const;

/** The next replies: the xid of each, with the version that a Stat in it shows. */
async function nextReplies(count: number): Promise<unknown[]> {
  const shown: unknown[] = [];
  for (let i = 0; i < count; i += 1) {
    const reply = await client.reply();
    shown.push(reply.body.remaining === 68 ? [reply.xid, versionIn(reply)] : reply.xid);
  }
  return shown;
}

describe("replies", () => {
  beforeEach(() => {
    door.node.isHolding = true;
  });

  /** setData, exists, setData, exists, ping, setData, exists: xids 2 to 8, the ping's is -2. */
  async function sendMixture(): Promise<void> {
    for (const opCode of [OpCode.setData, OpCode.exists, OpCode.setData, OpCode.exists]) {
      client.send(opCode, opCode === OpCode.setData ? setA : read("/a"));
    }
    client.send(OpCode.ping);
    client.send(OpCode.setData, setA);
    client.send(OpCode.exists, read("/a"));
    await eventually(() => door.node.queued.length === 3);
    await turns();
  }
  const inOrder = [[2, 1], [3, 1], [4, 2], [5, 2], -2, [7, 3], [8, 3]];

  it("come in the order of the requests, and reads see what came before them and no more", async () => {
    await sendMixture();
    for (let left = 3; left > 0; left -= 1) {
      door.node.release(1);
      await turns();
    }
    expect(await nextReplies(7)).toEqual(inOrder);
  });

  it("do so too when all writes are applied in one turn", async () => {
    await sendMixture();
    door.node.release();
    expect(await nextReplies(7)).toEqual(inOrder);
  });

  it("do not wait for the writes of others", async () => {
    client.send(OpCode.setData, setA);
    await eventually(() => door.node.queued.length === 1);
    door.node.isHolding = false;
    // Its session's creation is a write that is applied behind the other's.
    const other = await door.client();
    door.node.isHolding = true;
    client.send(OpCode.setData, setA);
    await eventually(() => door.node.queued.length === 1);
    expect(versionIn(await other.call(OpCode.exists, read("/a")))).toBe(1);
  });

  it("to what cannot be read wait for their turn", async () => {
    client.send(OpCode.setData, setA);
    client.send(OpCode.setData, path("/a"));
    client.send(OpCode.setData, setA);
    await eventually(() => door.node.queued.length === 2);
    expect(client.receivedBytes).toBe(0);
    door.node.release();
    expect(await client.reply()).toMatchObject({ xid: 2, err: 0 });
    expect(await client.reply()).toMatchObject({ xid: 3, err: ResultCode.MARSHALLINGERROR });
    expect(await client.reply()).toMatchObject({ xid: 4, err: 0 });
  });

  it("to an unknown opcode wait for their turn, and end what is behind", async () => {
    client.send(OpCode.setData, setA);
    client.send(99);
    client.send(OpCode.setData, setA);
    await eventually(() => door.node.queued.length === 2);
    door.node.release();
    expect(await client.reply()).toMatchObject({ xid: 2, err: 0 });
    expect(await client.reply()).toMatchObject({ xid: 3, err: ResultCode.UNIMPLEMENTED });
    expect(await client.isLeft()).toBe(true);
  });

  it("are not sent when the batch proves unsound, nor are its events", async () => {
    door.node.isHolding = false;
    await ok(OpCode.exists, read("/a", true));
    const other = await door.client();
    await other.call(OpCode.exists, read("/a", true));
    door.node.isHolding = true;
    client.send(OpCode.setData, setA);
    client.send(OpCode.exists, read("/a"));
    client.send(OpCode.closeSession);
    await eventually(() => door.node.queued.length === 2);
    door.node.release();
    door.node.loseTree();
    expect(await client.isLeft()).toBe(true);
    expect(await other.isLeft()).toBe(true);
    door.node.isHolding = false;
    const later = await door.client();
    await later.ping();
  });
});

describe("events", () => {
  it("come before the answer that shows the change, also to a read of another's change", async () => {
    await ok(OpCode.getData, read("/a", true));
    door.node.runElsewhere({ type: "setData", path: "/a", data: "other", version: -1 });
    client.send(OpCode.exists, read("/a"));
    const event = await client.reply();
    expect([event.xid, readEvent(event.body)]).toEqual([-1, { type: 3, state: 3, path: "/a" }]);
    expect(versionIn(await client.reply())).toBe(1);
  });

  it("come between the answers of one turn where they belong", async () => {
    door.node.isHolding = true;
    client.send(OpCode.exists, read("/a", true));
    client.send(OpCode.setData, setA);
    client.send(OpCode.exists, read("/a", true));
    client.send(OpCode.setData, setA);
    client.send(OpCode.exists, read("/a"));
    await eventually(() => door.node.queued.length === 2);
    door.node.release();
    expect(await nextReplies(7)).toEqual([[2, 0], -1, [3, 1], [4, 1], -1, [5, 2], [6, 2]]);
  });

  it("reach everybody, also when one of them goes away meanwhile", async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => door.client()));
    for (const other of others) await other.call(OpCode.getChildren, read("/", true));
    others[2]?.[Symbol.dispose]();
    door.node.runElsewhere(createX);
    for (const other of others.filter((_, i) => i !== 2)) {
      expect(readEvent((await other.reply()).body)).toMatchObject({ type: 4, path: "/" });
    }
  });
});

describe("auth", () => {
  const acl = [{ perms: Perms.ALL, id: { scheme: "auth", id: "" } }];

  it("counts for what comes behind it and not for what came before", async () => {
    client.send(OpCode.create, create("/before", { acl }));
    client.send(OpCode.auth, auth("digest", "me:x"), -4);
    client.send(OpCode.create, create("/behind", { acl }));
    const codes = [await client.reply(), await client.reply(), await client.reply()];
    expect(codes.map(({ xid, err }) => [xid, err])).toEqual([
      [2, ResultCode.INVALIDACL],
      [-4, 0],
      [4, 0],
    ]);
  });

  it("that fails is answered in its turn, and nothing behind it is", async () => {
    door.node.isHolding = true;
    client.send(OpCode.setData, setA);
    client.send(OpCode.auth, auth("world", ""), -4);
    client.send(OpCode.setData, setA);
    await eventually(() => door.node.queued.length === 1);
    await turns();
    door.node.release();
    expect(await client.reply()).toMatchObject({ xid: 2, err: 0 });
    expect(await client.reply()).toMatchObject({ xid: -4, err: ResultCode.AUTHFAILED });
    expect(await client.isLeft()).toBe(true);
    expect(door.node.queued).toEqual([]);
  });
});

describe("sync", () => {
  it("waits for the writes before it; what is behind it waits for it", async () => {
    door.node.isHolding = true;
    client.send(OpCode.setData, setA);
    client.send(OpCode.sync, path("/a"));
    client.send(OpCode.setData, setA);
    client.send(OpCode.exists, read("/a"));
    await eventually(() => door.node.queued.length === 1);
    await turns();
    door.node.release();
    expect(await nextReplies(1)).toEqual([[2, 1]]);
    await turns();
    expect([client.receivedBytes, door.node.queued.length]).toEqual([0, 0]);
    door.node.runElsewhere({ type: "setData", path: "/a", data: "", version: -1 });
    door.node.releaseReads();
    expect(await nextReplies(1)).toEqual([3]);
    await eventually(() => door.node.queued.length === 1);
    door.node.release();
    expect(await nextReplies(2)).toEqual([
      [4, 3],
      [5, 3],
    ]);
  });

  it("waits for a leader as long as the session lives, and keeps the connection", async () => {
    door.node.readRefusal = new Unavailable("no quorum", { retryAfterMs: 1, ambiguous: false });
    door.node.isServing = false;
    client.send(OpCode.sync, path("/a"));
    await turns();
    expect([client.receivedBytes, client.isClosed]).toEqual([0, false]);
    door.node.readRefusal = undefined;
    door.node.isServing = true;
    expect((await client.reply()).body.readString()).toBe("/a");
    await client.ping();
  });
});

describe("closing", () => {
  it("is answered behind everything before it; what is behind it is not done", async () => {
    door.node.isHolding = true;
    client.send(OpCode.setData, setA);
    client.send(OpCode.exists, read("/a"));
    client.send(OpCode.closeSession);
    client.send(OpCode.setData, setA);
    client.send(OpCode.exists, read("/a"));
    await eventually(() => door.node.queued.length === 2);
    await turns();
    door.node.release();
    expect(await nextReplies(3)).toEqual([[2, 1], [3, 1], 4]);
    expect(await client.isLeft()).toBe(true);
    expect(door.node.tree.stat("/a")?.version).toBe(1);
  });

  it("of the socket leaves writes under way to happen", async () => {
    door.node.isHolding = true;
    client.send(OpCode.setData, setA);
    client.send(OpCode.delete, pathInt("/a", 7));
    await eventually(() => door.node.queued.length === 2);
    client[Symbol.dispose]();
    await turns();
    door.node.release();
    expect(door.node.tree.stat("/a")?.version).toBe(1);
  });
});
