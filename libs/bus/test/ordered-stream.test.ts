import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, describe, expect, it } from "vitest";
import {
  connectNatsBus,
  type OrderedStream,
  type StreamEnd,
  type StreamMessage,
  type StreamOptions,
  StreamUnavailable,
} from "../src/index.ts";
import { dropOldest } from "../src/jetstream-retention.ts";
import { eventually, readStream, startNatsServer } from "../test-support/index.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-jetstream-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const newStore = () => join(folder, String(++count));

const OPTIONS: StreamOptions = {
  name: "test_watch",
  subjects: ["test.watch.>"],
  ageMsMax: 60_000,
  bytesMax: 16 * 1024 * 1024,
  messagesMax: 1_000,
  replicas: 1,
};

const message = (n: number, payload = `payload ${n}`): StreamMessage => ({
  subject: `test.watch.n${n}`,
  payload,
  id: `id-${n}`,
  headers: { traceparent: `trace-${n}` },
});
const messages = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => message(first + i));

async function problemOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StreamUnavailable) return error.problem;
  throw new Error(`expected a StreamUnavailable, not ${String(error)}`);
}

/** As soon as its connection is back. */
async function openedAgain(writer: OrderedStream): Promise<StreamEnd> {
  for (;;) {
    try {
      return await writer.open();
    } catch (error) {
      if (!(error instanceof StreamUnavailable)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function server(configuration = "", store = newStore()) {
  return await startNatsServer({ jetStreamDir: store, configuration });
}

async function stream(url: string, options: Partial<StreamOptions> = {}): Promise<OrderedStream> {
  const bus = await connectNatsBus({ url, name: "writer" });
  return await bus.orderedStream({ ...OPTIONS, ...options });
}

describe("an ordered stream", () => {
  it("stores messages in order, and says where it ends to whoever opens it", async () => {
    await using nats = await server();
    const first = await stream(nats.url);
    expect(await first.open()).toEqual({ sequence: 0, lastId: undefined });
    // Both are under way at once.
    await Promise.all([first.append(messages(1, 50), 0), first.append(messages(51, 60), 50)]);
    const second = await stream(nats.url);
    expect(await second.open()).toEqual({ sequence: 60, lastId: "id-60" });
    await second.append([message(61)], 60);
    expect(await first.open()).toEqual({ sequence: 61, lastId: "id-61" });
  });

  it("takes nothing out of place from writers who do not know of each other", async () => {
    await using nats = await server();
    const [one, other] = [await stream(nats.url), await stream(nats.url)];
    await one.open();
    await other.open();
    await one.append(messages(1, 3), 0);
    expect(await problemOf(other.append(messages(1, 2), 0))).toBe("moved");
    expect(await problemOf(one.append(messages(10, 12), 9))).toBe("moved");
    expect(await one.open()).toEqual({ sequence: 3, lastId: "id-3" });
    // Where the other one comes to what is missing, it fits.
    await other.append(messages(1, 5), 0);
    expect(await problemOf(one.append(messages(4, 5), 3))).toBe("moved");
    expect(await one.open()).toEqual({ sequence: 5, lastId: "id-5" });
  });

  it("announces to those who listen, and no stream takes it", async () => {
    await using nats = await server();
    const writer = await stream(nats.url);
    await writer.open();
    const listener = await connectNatsBus({ url: nats.url, name: "listener" });
    const heard: string[] = [];
    listener.subscribe("test.watch.>", (bytes, subject) => {
      heard.push(`${subject} ${Buffer.from(bytes).toString()}`);
    });
    await listener.flush();
    writer.announce(message(1));
    await eventually("it is heard", () => heard.length === 1);
    expect(heard).toEqual(["test.watch.n1 payload 1"]);
    expect(await writer.open()).toEqual({ sequence: 0, lastId: undefined });
  });

  it("is absent without JetStream, and there when the server comes back with it", async () => {
    const store = newStore();
    const nats = await startNatsServer();
    const bus = await connectNatsBus({ url: nats.url, name: "writer" });
    const writer = await bus.orderedStream(OPTIONS);
    expect(await problemOf(writer.open())).toBe("absent");
    expect(await problemOf(writer.append([message(1)], 0))).toBe("absent");
    await nats.stop();
    await eventually("the loss is noticed", () => !bus.connected);
    expect(await problemOf(writer.open())).toBe("silent");
    await using again = await startNatsServer({ port: nats.port, jetStreamDir: store });
    expect(await openedAgain(writer)).toEqual({ sequence: 0, lastId: undefined });
    expect(again.port).toBe(nats.port);
  });

  it("is refused where there is no room", async () => {
    await using nats = await startNatsServer({
      configuration: `jetstream { store_dir: "${newStore()}", max_file_store: 100KB }`,
    });
    const writer = await stream(nats.url, { bytesMax: -1 });
    await writer.open();
    const large = (n: number) => message(n, "x".repeat(50_000));
    const fill = async () => {
      for (let n = 0; n < 50; n += 1) await writer.append([large(n)], n);
    };
    expect(await problemOf(fill())).toBe("refused");
    const { sequence } = await writer.open();
    expect(await problemOf(writer.append([large(99)], sequence))).toBe("refused");
  });

  it("is refused to a user who may not publish", async () => {
    await using nats = await server(
      `authorization { users: [
        { user: "writer", password: "x", permissions: { publish: ["$JS.API.>"] } }
        { user: "deaf", password: "x", permissions: { subscribe: ["_INBOX_writer.>"] } }
      ] }`,
    );
    const as = async (user: string, inboxPrefix: string) => {
      const credentials = { user, password: "x" };
      const bus = await connectNatsBus({ url: nats.url, name: user, inboxPrefix, ...credentials });
      return await bus.orderedStream(OPTIONS);
    };
    const writer = await as("writer", "_INBOX_writer");
    await writer.open();
    expect(await problemOf(writer.append([message(1)], 0))).toBe("refused");
    const deaf = await as("deaf", "_INBOX_other");
    expect(await problemOf(deaf.append([message(1)], 0))).toBe("refused");
    expect(await problemOf(deaf.append([message(1)], 0))).toBe("refused");
  });

  it("keeps every byte of what is no ASCII", async () => {
    await using nats = await server();
    const writer = await stream(nats.url);
    await writer.open();
    const strange = ["größe", "\u{1f600}\r\n\u0000", "\ud83d", ""];
    await writer.append(
      strange.map((payload, n) => ({ ...message(n, payload), subject: `test.watch.ñ${n}` })),
      0,
    );
    const stored = await readStream(nats.url, OPTIONS.name);
    expect(stored.map(({ payload }) => payload)).toEqual([...strange.slice(0, 2), "\ufffd", ""]);
    expect(stored.map(({ subject }) => subject)).toEqual(strange.map((_, n) => `test.watch.ñ${n}`));
    expect(stored[1]?.headers).toEqual({
      "Nats-Msg-Id": "id-1",
      "Nats-Expected-Last-Sequence": "1",
      traceparent: "trace-1",
    });
  });

  it("sends nothing of what cannot be sent as it is", async () => {
    await using nats = await server();
    const writer = await stream(nats.url);
    await writer.open();
    const wrong = [
      { ...message(2), subject: "test.watch.a b" },
      { ...message(2), id: "id-2\r\nMore: of it" },
      message(2, "x".repeat(9 * 2 ** 20)),
    ];
    for (const second of wrong) {
      expect(await problemOf(writer.append([message(1), second], 0))).toBe("silent");
    }
    expect(await writer.open()).toEqual({ sequence: 0, lastId: undefined });
    await writer.append([message(1)], 0);
  });

  it("drops the oldest when it is beyond its bounds and is trimmed, never the last", async () => {
    await using nats = await server();
    const writer = await stream(nats.url);
    await writer.open();
    await writer.append(messages(1, 1_000), 0);
    expect(await writer.trim(1_000)).toMatchObject({ hasMore: false });
    await writer.append(messages(1_001, 1_200), 1_000);
    const connection = await connect({ servers: nats.url });
    const manager = await jetstreamManager(connection);
    const firstKept = async () => (await manager.streams.info(OPTIONS.name)).state.first_seq;
    expect(await firstKept()).toBe(1);
    // A part of it at a time: 250 are to go.
    expect(await writer.trim(100)).toEqual({ hasMore: true, urgency: expect.closeTo(0.8) });
    expect(await firstKept()).toBe(101);
    expect(await writer.trim(1_000)).toMatchObject({ hasMore: false });
    expect(await firstKept()).toBe(251);
    // By size: the bytes of what is there now are far beyond.
    const smaller = { ...OPTIONS, bytesMax: 10_000 };
    expect(await dropOldest(manager, smaller, 1_000, Date.now())).toEqual({
      hasMore: false,
      urgency: 1,
    });
    expect(await firstKept()).toBeGreaterThan(1_000);
    // By age, all of them, so that one is left.
    const muchLater = Date.now() + 2 * OPTIONS.ageMsMax;
    while ((await firstKept()) < 1_200) await dropOldest(manager, OPTIONS, 1_000, muchLater);
    expect(await writer.open()).toEqual({ sequence: 1_200, lastId: "id-1200" });
    await connection.close();
  });

  it("keeps what its options say, also when they change", async () => {
    await using nats = await server();
    const writer = await stream(nats.url);
    await writer.open();
    await writer.append(messages(1, 20), 0);
    const shorter = await stream(nats.url, { messagesMax: 5 });
    expect(await shorter.open()).toEqual({ sequence: 20, lastId: "id-20" });
    await shorter.append([message(21)], 20);
    expect(await shorter.open()).toEqual({ sequence: 21, lastId: "id-21" });
  });

  it("names the sequence of the last message also when all have expired", async () => {
    await using nats = await server();
    const writer = await stream(nats.url, { ageMsMax: 200 });
    await writer.open();
    await writer.append(messages(1, 3), 0);
    const deadline = performance.now() + 10_000;
    let end = await writer.open();
    while (end.lastId !== undefined && performance.now() < deadline) end = await writer.open();
    expect(end).toEqual({ sequence: 3, lastId: undefined });
    await writer.append([message(4)], 3);
  });

  it("is whole again after kill -9 of the server", async () => {
    const store = newStore();
    const nats = await server("", store);
    const bus = await connectNatsBus({ url: nats.url, name: "writer" });
    const writer = await bus.orderedStream(OPTIONS);
    await writer.open();
    await writer.append(messages(1, 100), 0);
    await nats.stop();
    await using again = await startNatsServer({ port: nats.port, jetStreamDir: store });
    expect(await openedAgain(writer)).toEqual({ sequence: 100, lastId: "id-100" });
    expect(again.port).toBe(nats.port);
  });
});
