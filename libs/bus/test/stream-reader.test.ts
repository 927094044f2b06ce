import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import {
  connectNatsBus,
  type NatsBus,
  type StreamMessage,
  StreamUnavailable,
} from "../src/index.ts";
import { startNatsServer } from "../test-support/index.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-jetstream-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const NAME = "test_watch";

async function server() {
  count += 1;
  return await startNatsServer({ jetStreamDir: join(folder, String(count)) });
}

/** A stream that keeps the last of so many messages, and a quarter more, on two subjects. */
async function filled(bus: NatsBus, messages: number, messagesMax: number): Promise<void> {
  const options = { name: NAME, subjects: ["test.watch.>"], ageMsMax: 60_000, replicas: 1 };
  const stream = await bus.orderedStream({ ...options, bytesMax: 2 ** 24, messagesMax });
  await stream.open();
  const all = Array.from({ length: messages }, (_, i): StreamMessage => {
    const subject = `test.watch.${i % 2 === 0 ? "even" : "odd"}.x`;
    return { subject, payload: `payload ${i + 1}`, id: `id-${i + 1}`, headers: { n: String(i) } };
  });
  await stream.append(all, 0);
}

it("reads what is kept of a subject, in order, from a sequence on", async () => {
  await using nats = await server();
  const bus = await connectNatsBus({ url: nats.url, name: "reader" });
  await filled(bus, 2_000, 1_200);
  const reader = await bus.streamReader(NAME);
  expect(await reader.placeFrom(1)).toEqual({ sequence: 501, id: "id-501" });
  expect(await reader.placeFrom(2_001)).toBe(undefined);
  expect(await reader.lastOf("test.watch.>")).toEqual({ sequence: 2_000, id: "id-2000" });
  expect(await reader.lastOf("test.watch.none")).toBe(undefined);
  const read: number[] = [];
  for await (const message of reader.read("test.watch.even.>", 100)) {
    expect(message.payload).toBe(`payload ${message.sequence}`);
    expect(message.id).toBe(`id-${message.sequence}`);
    expect(message.header("n")).toBe(String(message.sequence - 1));
    expect(message.header("other")).toBe(undefined);
    read.push(message.sequence);
  }
  expect(read).toEqual(Array.from({ length: 750 }, (_, i) => 501 + 2 * i));
  for await (const { sequence } of reader.read("test.watch.odd.x", 1)) {
    read.push(sequence);
    if (sequence > 600) break;
  }
  expect(read.at(-1)).toBe(602);
});

it("says that there is no stream, and makes none", async () => {
  await using nats = await server();
  const bus = await connectNatsBus({ url: nats.url, name: "reader" });
  const reader = await bus.streamReader(NAME);
  for (let i = 0; i < 2; i += 1) {
    const error = await reader.lastOf("test.watch.>").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StreamUnavailable);
    expect(error).toMatchObject({ problem: "absent" });
  }
});
