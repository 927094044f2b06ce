import { OpCode } from "@meerkat/jute";
import { describe, expect, it } from "vitest";
import { create, path, pathInt, read, readStat, setData } from "./harness/bodies.ts";
import { eventually, turns } from "./harness/eventually.ts";
import { givenSession } from "./harness/given-session.ts";
import type { WireClient } from "./harness/wire-client.ts";

const setA = setData("/a", "x");

async function versions(client: WireClient, count: number): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i += 1) seen.push(readStat((await client.reply()).body).version);
  return seen;
}

describe("a client that does not take its answers", () => {
  const BIG_BYTES = 900_000;
  /** Header, length, data, Stat. */
  const BIG_REPLY_BYTES = 16 + 4 + BIG_BYTES + 68;
  const big = { data: "x".repeat(BIG_BYTES) };

  it("is not read on, so that little of what it asks for is in memory", async () => {
    const { door, client, ok } = await givenSession();
    await ok(OpCode.create, create("/big", big));
    client.socket.pause();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 150; i += 1) client.send(OpCode.getData, read("/big"));
    // Others are served meanwhile.
    const other = await door.client();
    for (let i = 0; i < 50; i += 1) await other.ping();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * BIG_BYTES);
    client.socket.resume();
    for (let i = 0; i < 150; i += 1) expect((await client.frame())?.length).toBe(BIG_REPLY_BYTES);
  });

  it("neither behind a write: what nothing follows is read when there is room", async () => {
    const { door, client, ok } = await givenSession({ limits: { unsentBytesLimit: 8_000_000 } });
    await ok(OpCode.create, create("/big", big));
    door.node.isHolding = true;
    client.send(OpCode.setData, setA);
    for (let i = 0; i < 50; i += 1) client.send(OpCode.getData, read("/big"));
    client.send(OpCode.sync, path("/a"));
    client.send(OpCode.exists, read("/a"));
    await eventually(() => door.node.queued.length === 1);
    await turns();
    door.node.isHolding = false;
    door.node.release();
    expect(await versions(client, 1)).toEqual([1]);
    for (let i = 0; i < 50; i += 1) expect((await client.frame())?.length).toBe(BIG_REPLY_BYTES);
    expect(await client.reply()).toMatchObject({ err: 0 });
    expect(await versions(client, 1)).toEqual([1]);
  });

  it("is disconnected when it takes nothing for long", async () => {
    const { door, client, ok } = await givenSession({ limits: { slowReaderMs: 3_000 } });
    await ok(OpCode.create, create("/big", big));
    client.socket.pause();
    // The system's buffers take several megabytes before anybody notices.
    for (let i = 0; i < 400; i += 1) client.send(OpCode.getData, read("/big"));
    await eventually(() => client.receivedBytes === 0 && client.socket.bytesRead > 0);
    await turns(200);
    const [clockMs, startMs] = [door.clock.nowMs, performance.now()];
    await eventually(() => {
      // Ten times as fast as the door's own timer: it looks several times before the session is over.
      door.clock.nowMs = clockMs + 10 * (performance.now() - startMs);
      return door.log.some((line) => line.includes("does not take its answers"));
    });
    client.socket.resume();
    await client.closed();
    await (await door.client()).ping();
  });

  it("is disconnected when events pile up beyond the limit, alone", async () => {
    const limits = { unsentBytesMax: 100_000, unsentBytesLimit: 1_000_000 };
    const { door, client, ok } = await givenSession({ limits });
    await ok(OpCode.addWatch, pathInt("/", 1));
    const other = await door.client();
    client.socket.pause();
    const name = `/${"n".repeat(5_000)}`;
    await other.call(OpCode.create, create(name));
    const isLeft = () => door.log.some((line) => line.includes("does not take what it is sent"));
    await eventually(() => {
      for (let i = 0; i < 20; i += 1) {
        door.node.runElsewhere({ type: "setData", path: name, data: "", version: -1 });
      }
      return isLeft();
    });
    await other.ping();
    client.socket.resume();
    await client.closed();
  });

  it("leaves nothing behind in what others are sent, also when that happens amid an answer", async () => {
    const limits = { unsentBytesMax: 10_000, unsentBytesLimit: 20_000 };
    const { door, client } = await givenSession({ limits });
    client.send(OpCode.setWatches, (writer) => {
      writer.writeLong(0);
      writer.writeInt(2_000);
      for (let i = 0; i < 2_000; i += 1) writer.writeUstring(`gone${i}`);
      writer.writeInt(1);
      writer.writeUstring("/not-there");
      writer.writeInt(0);
    });
    await client.closed();
    for (let i = 0; i < 5; i += 1) await (await door.client()).ping();
    const asking = await door.open();
    asking.write("wchs");
    expect(await asking.text()).toContain("Total watches:0");
  });

  it("is read on where the limit is below what a socket keeps without telling", async () => {
    const { client, ok } = await givenSession({ limits: { unsentBytesMax: 1_024 } });
    await ok(OpCode.create, create("/some", { data: "x".repeat(2_000) }));
    for (let i = 0; i < 20; i += 1) client.send(OpCode.getData, read("/some"));
    for (let i = 0; i < 20; i += 1) await client.reply();
    await client.ping();
  });
});
