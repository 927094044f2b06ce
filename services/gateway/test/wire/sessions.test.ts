import { OpCode } from "@meerkat/jute";
import { ResultCode } from "@meerkat/tree";
import { describe, expect, it } from "vitest";
import { Unavailable } from "../../src/coordination.ts";
import { create, read, setData } from "./harness/bodies.ts";
import { eventually, turns } from "./harness/eventually.ts";
import { givenSession } from "./harness/given-session.ts";
import { type RunningDoor, startDoor } from "./harness/start-door.ts";
import { connectFrame, ticketOf } from "./harness/wire-client.ts";

const TIMEOUT_MS = 6_000;

async function begin(door: RunningDoor) {
  const client = await door.open();
  const ticket = await client.connect({ timeoutMs: TIMEOUT_MS });
  if (ticket === undefined) throw new Error("no session");
  return { client, ...ticket };
}

describe("a session that is served elsewhere", () => {
  it("is closed here without an answer", async () => {
    const door = await startDoor();
    const { client, session, password } = await begin(door);
    const attach = { type: "attachSession", session, password, timeoutMs: TIMEOUT_MS } as const;
    door.node.runElsewhere(attach);
    expect(await client.isLeft()).toBe(true);
  });

  it("is closed at the old place when it is renewed at the same gateway", async () => {
    const door = await startDoor();
    const { client, session, password } = await begin(door);
    await client.call(OpCode.create, create("/e", { flags: 1 }));
    const second = await door.client({ session, password });
    expect(await client.isLeft()).toBe(true);
    await second.ping();
    expect(door.node.tree.find("/e")?.ephemeralOwner).toBe(session);
  });

  it("does not have the writes of its old place, which is closed without an answer", async () => {
    const door = await startDoor();
    const { client, session, password } = await begin(door);
    door.node.isHolding = true;
    client.send(OpCode.create, create("/late"));
    await eventually(() => door.node.queued.length === 1);
    const attach = { type: "attachSession", session, password, timeoutMs: TIMEOUT_MS } as const;
    door.node.runElsewhere(attach);
    door.node.release();
    expect(await client.isLeft()).toBe(true);
    expect(door.node.tree.has("/late")).toBe(false);
  });
});

describe("an expired session", () => {
  it("closes its connection without a frame", async () => {
    const door = await startDoor();
    const { client, session } = await begin(door);
    door.node.runElsewhere({ type: "closeSession", session });
    expect(await client.isLeft()).toBe(true);
  });

  it("answers writes that were under way with -112", async () => {
    const door = await startDoor();
    const { client, session } = await begin(door);
    door.node.isHolding = true;
    client.send(OpCode.closeSession);
    await eventually(() => door.node.queued.length === 1);
    door.node.runElsewhere({ type: "closeSession", session });
    door.node.release();
    expect(await client.reply()).toMatchObject({ err: ResultCode.SESSIONEXPIRED });
    expect(await client.isLeft()).toBe(true);
  });

  it("takes its watches along", async () => {
    const door = await startDoor();
    const { client, session } = await begin(door);
    await client.call(OpCode.exists, read("/a", true));
    await client.call(OpCode.addWatch, (writer) => {
      writer.writeUstring("/");
      writer.writeInt(1);
    });
    door.node.runElsewhere({ type: "closeSession", session });
    await client.closed();
    const asking = await door.open();
    asking.write("wchs");
    expect(await asking.text()).toBe("0 connections watching 0 paths\nTotal watches:0\n");
  });
});

describe("vouching", () => {
  it("tells the leader of a client that says something", async () => {
    const { door, client } = await givenSession();
    door.node.touched.length = 0;
    await client.ping();
    expect(door.node.touched).toEqual([0x100000001]);
  });

  it("closes a client that was silent for its timeout", async () => {
    const door = await startDoor();
    const { client } = await begin(door);
    door.clock.nowMs += TIMEOUT_MS;
    await client.ping();
    door.clock.nowMs += TIMEOUT_MS + 1;
    expect(await client.isLeft()).toBe(true);
    expect(door.log.at(-1)).toContain("silent for its session timeout");
  });

  it("closes nothing in an outage that is as long as the timeout, counted from our lease", async () => {
    const door = await startDoor();
    const { client } = await begin(door);
    door.clock.nowMs += TIMEOUT_MS - 1_000;
    await client.ping();
    door.node.leaseFromMs = door.clock.nowMs;
    door.node.isServing = false;
    for (const passedMs of [TIMEOUT_MS - 1_000, 1_000]) {
      door.clock.nowMs += passedMs;
      await client.ping();
    }
    door.node.isServing = true;
    door.node.leaseFromMs = door.clock.nowMs;
    door.clock.nowMs += TIMEOUT_MS;
    await client.ping();
  });

  it("closes in a longer outage, however much the client says", async () => {
    const door = await startDoor();
    const { client } = await begin(door);
    door.node.isServing = false;
    door.node.leaseFromMs = door.clock.nowMs;
    door.clock.nowMs += TIMEOUT_MS / 2;
    await client.ping();
    door.clock.nowMs += TIMEOUT_MS / 2 + 1;
    expect(await client.isLeft()).toBe(true);
    expect(door.log.at(-1)).toContain("without a leader");
  });

  it("renews the lease as long as there are sessions", async () => {
    const door = await startDoor();
    const { client } = await begin(door);
    await client.ping();
    await eventually(() => door.node.renewals > 0);
  });

  it("ends with a standstill of the process: the first thing the client says closes", async () => {
    const door = await startDoor();
    const { client } = await begin(door);
    door.clock.nowMs += TIMEOUT_MS + 1;
    client.send(OpCode.exists, read("/"));
    expect(await client.isLeft()).toBe(true);
  });

  it("goes on for a client that we do not read", async () => {
    const { door, client } = await givenSession({ limits: { pendingPerConnectionMax: 2 } });
    door.node.isHolding = true;
    for (let i = 0; i < 3; i += 1) client.send(OpCode.setData, setData("/a"));
    await eventually(() => door.node.queued.length === 2);
    for (let passedMs = 0; passedMs < 30_000; passedMs += 5_000) {
      door.clock.nowMs += 5_000;
      expect(await client.reply()).toMatchObject({ xid: -2 });
    }
    door.node.isHolding = false;
    door.node.release();
    for (let i = 0; i < 3; i += 1) expect(await client.reply()).toMatchObject({ err: 0 });
  });
});

describe("while a write waits", () => {
  it("the client hears a ping now and then, and the answer in the end", async () => {
    const { door, client } = await givenSession();
    door.node.isHolding = true;
    const xid = client.send(OpCode.setData, setData("/a"));
    await eventually(() => door.node.queued.length === 1);
    for (let i = 0; i < 3; i += 1) {
      door.clock.nowMs += 2_000;
      client.send(OpCode.exists, read("/a"));
    }
    expect(await client.reply()).toMatchObject({ xid: -2, err: 0 });
    door.node.release();
    const next = async () => {
      let reply = await client.reply();
      while (reply.xid === -2) reply = await client.reply();
      return reply;
    };
    expect(await next()).toMatchObject({ xid, err: 0 });
    expect(await next()).toMatchObject({ xid: xid + 1, err: 0 });
  });

  it("an idle client hears nothing", async () => {
    const { door, client } = await givenSession();
    const other = await door.client();
    door.node.isHolding = true;
    other.send(OpCode.setData, setData("/a"));
    await eventually(() => door.node.queued.length === 1);
    door.clock.nowMs += 8_000;
    expect(await other.reply()).toMatchObject({ xid: -2 });
    await turns();
    expect([client.receivedBytes, client.isClosed]).toEqual([0, false]);
  });

  it("and its fate becomes unknown, the connection is closed", async () => {
    const { door, client } = await givenSession();
    door.node.isHolding = true;
    client.send(OpCode.setData, setData("/a"));
    await eventually(() => door.node.queued.length === 1);
    door.node.fail(new Unavailable("took too long", { retryAfterMs: 1, ambiguous: true }));
    expect(await client.isLeft()).toBe(true);
  });
});

it("a renewal brings the session back after its connection was lost", async () => {
  const door = await startDoor();
  const { client, session, password } = await begin(door);
  await client.call(OpCode.create, create("/e", { flags: 1 }));
  client[Symbol.dispose]();
  const again = await door.open();
  again.write(connectFrame({ session, password, lastZxidSeen: door.node.tree.lastZxid }));
  expect(ticketOf(await again.frame())?.session).toBe(session);
  await again.call(OpCode.closeSession);
  expect(door.node.tree.has("/e")).toBe(false);
});
