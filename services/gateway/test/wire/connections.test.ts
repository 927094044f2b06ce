import { OpCode } from "@meerkat/jute";
import { describe, expect, it } from "vitest";
import { read, readStat, setData } from "./harness/bodies.ts";
import { eventually, turns } from "./harness/eventually.ts";
import { givenSession } from "./harness/given-session.ts";
import { startDoor } from "./harness/start-door.ts";
import { connectFrame, requestFrame, type WireClient } from "./harness/wire-client.ts";

const setA = setData("/a", "x");

async function versions(client: WireClient, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i += 1) seen.push(readStat((await client.reply()).body).version);
  return seen;
}

describe("connections", () => {
  it("beyond the limit are closed without a byte, and there is room again later", async () => {
    const { open, client } = await startDoor({ limits: { connectionsMax: 2 } });
    const first = await client();
    const second = await open();
    expect(await (await open()).isLeft()).toBe(true);
    second[Symbol.dispose]();
    await turns();
    const third = await client();
    await third.ping();
    await first.ping();
  });

  it("of one address have their own limit, unless it is 0", async () => {
    const limited = await startDoor({ limits: { connectionsPerAddressMax: 1 } });
    await limited.client();
    expect(await (await limited.open()).isLeft()).toBe(true);
    const free = await startDoor({ limits: { connectionsPerAddressMax: 0 } });
    const all = await Promise.all(Array.from({ length: 100 }, () => free.client()));
    for (const client of all) await client.ping();
  });

  it("that begin no session in time are closed, however busy they are", async () => {
    const { open, clock, client } = await startDoor({ limits: { handshakeTimeoutMs: 5_000 } });
    const silent = await open();
    const slow = await open();
    slow.write(connectFrame().subarray(0, 10));
    const quick = await client();
    await turns();
    clock.nowMs += 4_000;
    slow.write(connectFrame().subarray(10, 12));
    await turns();
    clock.nowMs += 1_000;
    expect(await silent.isLeft()).toBe(true);
    expect(await slow.isLeft()).toBe(true);
    await quick.ping();
  });

  it("are not to blame for a session that takes long to make", async () => {
    const { open, clock, node, client } = await startDoor();
    const other = await client({ timeoutMs: 40_000 });
    node.isHolding = true;
    const waiting = await open();
    waiting.write(connectFrame({ timeoutMs: 40_000 }));
    await eventually(() => node.queued.length === 1);
    other.send(OpCode.setData, setA);
    clock.nowMs += 30_000;
    expect(await other.reply()).toMatchObject({ xid: -2 });
    node.isHolding = false;
    node.release();
    expect(await waiting.frame()).toHaveLength(37);
  });

  it("that come and go in a flood leave nothing behind", async () => {
    const { open, node, port, client } = await startDoor({ limits: { connectionsMax: 50 } });
    for (let round = 0; round < 5; round += 1) {
      const flood = await Promise.all(Array.from({ length: 100 }, () => open()));
      for (const [i, one] of flood.entries()) {
        if (i % 3 === 0) one.write(connectFrame());
        if (i % 3 === 1) one.write("GET / HTTP/1.1\r\n\r\n");
        one.socket.destroy();
      }
      await turns();
    }
    expect(port).toBeGreaterThan(0);
    await eventually(() => node.queued.length === 0);
    const all = await Promise.all(Array.from({ length: 50 }, () => client()));
    for (const one of all) await one.ping();
  });
});

describe("frames that nobody may send close the connection", () => {
  const withLength = (length: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(length);
    return bytes;
  };
  const bad = [
    ["a negative length", withLength(-1)],
    ["the most negative length", withLength(-(2 ** 31))],
    ["one byte too much", withLength(0x100000)],
    ["the largest length", withLength(2 ** 31 - 1)],
    ["another protocol", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
    ["TLS", Buffer.from("16030100e2010000de0303", "hex")],
  ] as const;

  it.each(bad)("in place of a connect: %s", async (_, bytes) => {
    const { open } = await startDoor();
    const client = await open();
    client.write(bytes);
    expect(await client.isLeft()).toBe(true);
  });

  it.each([
    ...bad,
    ["an empty frame", Buffer.alloc(4)],
    ["half a header", Buffer.concat([withLength(7), Buffer.alloc(7)])],
    ["a four-letter word", Buffer.from("ruok")],
  ] as const)("behind it: %s, and what came before is answered", async (_, bytes) => {
    const { client, door } = await givenSession();
    client.write(Buffer.concat([requestFrame(5, OpCode.exists, read("/a")), bytes]));
    expect(await client.reply()).toMatchObject({ xid: 5, err: 0 });
    expect(await client.isLeft()).toBe(true);
    await (await door.client()).ping();
  });

  it("but the longest one that is allowed is answered", async () => {
    const { client } = await givenSession();
    // Header, path, length and version take 30 bytes.
    const data = "x".repeat(0xfffff - 22);
    const frame = requestFrame(5, OpCode.setData, setData("/a", data));
    expect(frame.length).toBe(4 + 0xfffff);
    client.write(frame);
    expect(await client.reply()).toMatchObject({ xid: 5, err: 0 });
  });
});

describe("closing the door", () => {
  it("answers what is under way, disconnects everybody, and frees the port", async () => {
    const { door, client } = await givenSession();
    const idle = await door.client();
    const greeting = await door.open();
    await turns();
    door.node.isHolding = true;
    const beginning = await door.open();
    beginning.write(connectFrame());
    client.send(OpCode.setData, setA);
    client.send(OpCode.exists, read("/a"));
    await eventually(() => door.node.queued.length === 2);
    const closed = door.door.close();
    for (const left of [idle, greeting, beginning]) expect(await left.isLeft()).toBe(true);
    expect(client.isClosed).toBe(false);
    door.node.isHolding = false;
    door.node.release();
    expect(await versions(client, 2)).toEqual([1, 1]);
    expect(await client.isLeft()).toBe(true);
    await closed;
    expect(await (await door.open()).isLeft()).toBe(true);
  });

  it("does not wait for clients that do not close their side", async () => {
    const { door, client } = await givenSession();
    client.socket.pause();
    const closed = door.door.close();
    await turns();
    door.clock.nowMs += 2_000;
    await closed;
  });
});
