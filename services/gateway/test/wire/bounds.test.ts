import { OpCode } from "@meerkat/jute";
import { describe, expect, it } from "vitest";
import { Unavailable } from "../../src/coordination.ts";
import { Room, type Waiting } from "../../src/wire/room.ts";
import { path, read, readStat, setData } from "./harness/bodies.ts";
import { eventually, turns } from "./harness/eventually.ts";
import { givenSession } from "./harness/given-session.ts";
import { connectFrame, type WireClient } from "./harness/wire-client.ts";

const refused = new Unavailable("no quorum", { retryAfterMs: 1, ambiguous: true });
const setA = setData("/a", "x");

async function versions(client: WireClient, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i += 1) seen.push(readStat((await client.reply()).body).version);
  return seen;
}

function sendMany(client: WireClient, count: number): void {
  for (let i = 0; i < count; i += 1) client.send(OpCode.setData, setA);
}

describe("unanswered requests of one connection", () => {
  it("hold its socket at their limit, and it is read on when half are answered", async () => {
    const { door, client } = await givenSession({ limits: { pendingPerConnectionMax: 10 } });
    const { node } = door;
    node.isHolding = true;
    sendMany(client, 25);
    await eventually(() => node.queued.length === 10);
    await turns();
    expect(node.queued.length).toBe(10);
    node.release(4);
    await turns();
    expect(node.queued.length).toBe(6);
    node.release(1);
    await eventually(() => node.queued.length === 10);
    node.isHolding = false;
    node.release();
    expect(await versions(client, 25)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  });

  it("count by their bytes too", async () => {
    const { door, client } = await givenSession({
      limits: { pendingBytesPerConnectionMax: 1_000 },
    });
    const { node } = door;
    node.isHolding = true;
    for (let i = 0; i < 10; i += 1) client.send(OpCode.setData, setData("/a", "x".repeat(400)));
    await eventually(() => node.queued.length === 3);
    await turns();
    expect(node.queued.length).toBe(3);
    node.isHolding = false;
    node.release();
    expect(await versions(client, 10)).toHaveLength(10);
  });

  it("do not stop a connection for good when they are answered at once", async () => {
    const { client, codeOf } = await givenSession({ limits: { pendingPerConnectionMax: 1 } });
    for (let i = 0; i < 3; i += 1) expect(await codeOf(OpCode.delete, path("/a"))).toBe(-5);
    await client.ping();
  });
});

describe("unanswered writes of all connections", () => {
  const limits = { writesMax: 4 };

  it("hold those that write, and no one else", async () => {
    const { door, client } = await givenSession({ limits });
    const reader = await door.client();
    door.node.isHolding = true;
    sendMany(client, 6);
    await eventually(() => door.node.queued.length === 4);
    await turns();
    expect(door.node.queued.length).toBe(4);
    await reader.ping();
    expect(await reader.call(OpCode.exists, read("/a"))).toMatchObject({ err: 0 });
    door.node.release();
    await eventually(() => door.node.queued.length === 2);
    door.node.release();
    expect(await versions(client, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("let everybody in, in turn, however much one of them has to write", async () => {
    const { door, client } = await givenSession({ limits });
    const modest = await Promise.all([door.client(), door.client()]);
    door.node.isHolding = true;
    sendMany(client, 100);
    await eventually(() => door.node.queued.length === 4);
    for (const other of modest) other.send(OpCode.setData, setA);
    await turns();
    for (let i = 0; i < 3; i += 1) {
      door.node.release();
      await eventually(() => door.node.queued.length > 0);
    }
    for (const other of modest) expect(await other.reply()).toMatchObject({ err: 0 });
  });

  it("hold those that want a session", async () => {
    const { door, client } = await givenSession({ limits });
    door.node.isHolding = true;
    sendMany(client, 4);
    await eventually(() => door.node.queued.length === 4);
    const newcomer = await door.open();
    newcomer.write(connectFrame());
    await turns();
    expect(door.node.queued.length).toBe(4);
    door.node.isHolding = false;
    door.node.release();
    expect(await newcomer.frame()).toHaveLength(37);
  });

  it("are counted down when they fail, or their connection is gone", async () => {
    const { door } = await givenSession({ limits });
    for (const isFailed of [true, false]) {
      door.node.isHolding = false;
      const client = await door.client();
      const newcomer = await door.open();
      door.node.isHolding = true;
      sendMany(client, 3);
      newcomer.write(connectFrame());
      await eventually(() => door.node.queued.length === 4);
      client[Symbol.dispose]();
      await turns();
      if (isFailed) door.node.fail(refused);
      else door.node.release();
    }
    door.node.isHolding = false;
    door.node.refusal = refused;
    const unlucky = await door.open();
    unlucky.write(connectFrame());
    expect(await unlucky.isLeft()).toBe(true);
    door.node.refusal = undefined;
    const client = await door.client();
    door.node.isHolding = true;
    sendMany(client, 9);
    await eventually(() => door.node.queued.length === 4);
  });

  it("count those that are refused at once", async () => {
    const { door } = await givenSession({ limits });
    for (let i = 0; i < 5; i += 1) {
      const client = await door.client();
      door.node.refusal = refused;
      client.send(OpCode.setData, setA);
      expect(await client.isLeft()).toBe(true);
      door.node.refusal = undefined;
    }
    const client = await door.client();
    sendMany(client, 5);
    await versions(client, 5);
  });

  it("are let in one after the other, who wants more goes to the end", async () => {
    const room = new Room(1, 1_000);
    const order: string[] = [];
    const waiting = (name: string, times: number): Waiting => ({
      onRoom() {
        order.push(name);
        room.take(1);
        times -= 1;
        if (times > 0) room.wait(this);
      },
    });
    room.take(1);
    for (const [name, times] of [
      ["a", 3],
      ["b", 1],
      ["c", 2],
    ] as const) {
      room.wait(waiting(name, times));
    }
    for (let i = 0; i < 6; i += 1) {
      room.giveBack(1);
      await turns(2);
    }
    expect(order).toEqual(["a", "b", "c", "a", "c", "a"]);
  });
});
