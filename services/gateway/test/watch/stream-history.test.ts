import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectNatsBus, type NatsBus, type StreamMessage } from "@meerkat/bus";
import { startNatsServer } from "@meerkat/bus/testing";
import {
  type DisclosureRule,
  END_OF_TXN,
  type EventId,
  encodeEvent,
  encodeGap,
  formatEventId,
  idOfGap,
  RESTRICTED_HEADER,
  WatchSubjects,
} from "@meerkat/watch-events";
import { afterAll, describe, expect, it } from "vitest";
import { HistoryUnavailable } from "../../src/watch/history.ts";
import { StreamHistory } from "../../src/watch/stream-history.ts";
import type { Scope } from "../../src/watch/topic.ts";
import { idText, Stage, type TestOutlet } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-jetstream-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SUBJECTS = new WatchSubjects("meerkat.test");
const LONG = `/app/${"long/".repeat(600)}end`;
let count = 0;

async function server() {
  count += 1;
  return await startNatsServer({ jetStreamDir: join(folder, String(count)) });
}

function event(path: string, zxid: number, index = 0, restricted = false): StreamMessage {
  const change = { type: "NodeDataChanged", path, zxid, index, time: zxid, session: 0 } as const;
  return {
    subject: SUBJECTS.subjectOf(path),
    payload: encodeEvent(
      { ...change, stat: { version: zxid }, data: "x" },
      { content: true, dataBytesMax: 10 },
    ),
    id: formatEventId({ zxid, index }),
    ...(restricted && { headers: { [RESTRICTED_HEADER]: "acl" } }),
  };
}

async function publish(
  bus: NatsBus,
  messages: readonly StreamMessage[],
  messagesMax = 10_000,
): Promise<void> {
  const options = { ageMsMax: 60_000, bytesMax: 2 ** 24, messagesMax, replicas: 1 };
  const { streamName: name, all } = SUBJECTS;
  const stream = await bus.orderedStream({ ...options, name, subjects: [all] });
  const { sequence } = await stream.open();
  await stream.append(messages, sequence);
}

function historyOf(bus: NatsBus, rules: readonly DisclosureRule[] = []): StreamHistory {
  const openReader = () => bus.streamReader(SUBJECTS.streamName);
  return new StreamHistory({ openReader, subjects: SUBJECTS, rules });
}

const scope = (path: string, recursive = false): Scope => ({ path, recursive });

async function idsOf(history: StreamHistory, of: Scope, after: EventId): Promise<string[]> {
  const ids: string[] = [];
  for await (const one of (await history.stretch(of, after)).events) ids.push(formatEventId(one));
  return ids;
}

describe("the history in a stream", () => {
  it("has what happened in a scope behind a place, in order", async () => {
    await using nats = await server();
    const bus = await connectNatsBus({ url: nats.url, name: "gateway" });
    const messages = Array.from({ length: 500 }, (_, i) => [
      event("/app", 2 * i + 1),
      event("/app/a b", 2 * i + 1, 1),
      event(i % 2 === 0 ? "/apple" : LONG, 2 * i + 2),
    ]).flat();
    await publish(bus, messages);
    const history = historyOf(bus);
    expect(await history.floor(scope("/"))).toEqual({ zxid: 1, index: 0 });
    for (const after of [
      { zxid: 1, index: 0 },
      { zxid: 600, index: END_OF_TXN },
      { zxid: 601, index: 0 },
      { zxid: 999, index: 1 },
      { zxid: 5_000, index: 0 },
    ]) {
      const behind = messages.filter(({ id }) => {
        const [, hex = "", index = ""] = /^(0x.*)-(\d)$/.exec(id) ?? [];
        const zxid = Number(hex);
        return zxid > after.zxid || (zxid === after.zxid && Number(index) > after.index);
      });
      const expected = (matches: (path: string) => boolean) =>
        behind.filter(({ payload }) => matches(JSON.parse(payload).path)).map(({ id }) => id);
      expect(await idsOf(history, scope("/app"), after)).toEqual(expected((p) => p === "/app"));
      expect(await idsOf(history, scope(LONG, true), after)).toEqual(expected((p) => p === LONG));
      expect(await idsOf(history, scope("/app", true), after)).toEqual(
        expected((p) => p === "/app" || p.startsWith("/app/")),
      );
      expect(await idsOf(history, scope("/", true), after)).toEqual(expected(() => true));
    }
  });

  it("begins behind what has expired, and behind what could never be published", async () => {
    await using nats = await server();
    const bus = await connectNatsBus({ url: nats.url, name: "gateway" });
    await publish(
      bus,
      [1, 2, 3, 4, 5].map((zxid) => event("/a", zxid)),
      2,
    );
    // JetStream enforces a quarter more than that by itself.
    expect(await historyOf(bus).floor(scope("/a"))).toEqual({ zxid: 3, index: 0 });
    const gap = { after: { zxid: 5, index: END_OF_TXN }, through: 9, time: 1 };
    const { gap: subject } = SUBJECTS;
    await publish(bus, [{ subject, payload: encodeGap(gap), id: formatEventId(idOfGap(gap)) }], 2);
    expect(await historyOf(bus).floor(scope("/a"))).toEqual({ zxid: 9, index: END_OF_TXN });
  });

  it("finds its way in a stream that was deleted and made anew", async () => {
    await using nats = await server();
    const bus = await connectNatsBus({ url: nats.url, name: "gateway" });
    await publish(
      bus,
      Array.from({ length: 300 }, (_, i) => event("/a", i + 1)),
    );
    const history = historyOf(bus);
    const after = { zxid: 290, index: 0 };
    expect(await idsOf(history, scope("/a"), after)).toHaveLength(10);
    await using again = await server();
    const other = await connectNatsBus({ url: again.url, name: "gateway" });
    await publish(
      other,
      Array.from({ length: 30 }, (_, i) => event("/a", i + 281)),
    );
    const reader = await other.streamReader(SUBJECTS.streamName);
    const moved = new StreamHistory({
      openReader: async () => reader,
      subjects: SUBJECTS,
      rules: [],
    });
    expect(await idsOf(moved, scope("/a"), after)).toHaveLength(20);
  });

  it("does not pretend to have what is not published", async () => {
    await using nats = await server();
    const bus = await connectNatsBus({ url: nats.url, name: "gateway" });
    await publish(bus, [event("/a", 1)]);
    const history = historyOf(bus, [{ path: "/locks", disclosure: "none" }]);
    expect(await history.floor(scope("/locks/one"))).toBe(undefined);
    expect(await history.floor(scope("/", true))).toBe(undefined);
    expect(await history.floor(scope("/", false))).toEqual({ zxid: 1, index: 0 });
  });

  it("is none without a stream, and unavailable without a server", async () => {
    const nats = await server();
    const bus = await connectNatsBus({ url: nats.url, name: "gateway" });
    expect(await historyOf(bus).floor(scope("/a"))).toBe(undefined);
    await nats.stop();
    await expect.poll(() => bus.connected, { timeout: 10_000 }).toBe(false);
    await expect(historyOf(bus).floor(scope("/a"))).rejects.toBeInstanceOf(HistoryUnavailable);
  });
});

/** Waits until the outlet was told so many events; everybody takes what comes. */
async function told(stage: Stage, outlet: TestOutlet, events: number): Promise<void> {
  const look = () => {
    stage.settle();
    return outlet.ids.length;
  };
  await expect.poll(look, { timeout: 10_000 }).toBe(events);
}

describe("a feed with a history", () => {
  it("tells what is older than its memory, and goes on from there without a gap", async () => {
    await using nats = await server();
    const bus = await connectNatsBus({ url: nats.url, name: "gateway" });
    const stage = new Stage({ recentChangesMax: 16 }, historyOf(bus));
    const all = Array.from({ length: 400 }, (_, i) => i + 1);
    for (const zxid of all) stage.txn(zxid, "/a");
    await publish(
      bus,
      all.slice(0, 390).map((zxid) => event("/a", zxid)),
    );
    const outlet = stage.watch("/a", { after: { zxid: 5, index: 0 } });
    await told(stage, outlet, 395);
    stage.txn(401, "/a");
    stage.settle();
    expect(outlet.ids).toEqual(Array.from({ length: 396 }, (_, i) => idText(i + 6)));
  });

  it("waits for a stream that is behind, and continues those whose tree was replaced", async () => {
    await using nats = await server();
    const bus = await connectNatsBus({ url: nats.url, name: "gateway" });
    const stage = new Stage({}, historyOf(bus));
    const outlet = stage.watch("/a");
    stage.txn(1, "/a");
    stage.settle();
    await publish(bus, [event("/a", 1)]);
    Object.defineProperty(stage.tree, "consistentFrom", { value: 3 });
    stage.feed.onTreeLost();
    stage.txn(4, "/a");
    stage.settle();
    expect(outlet.isEnded).toBe(false);
    await publish(bus, [event("/a", 2), event("/b", 3)]);
    await told(stage, outlet, 2);
    // That there is no more of txn 3 is known when something of a later one comes.
    await publish(bus, [event("/a", 4)]);
    await told(stage, outlet, 3);
    expect(outlet.ids).toEqual([idText(1), idText(2), idText(4)]);
    stage.txn(5, "/a");
    await told(stage, outlet, 4);
  });

  it("ends a stream whose next events are kept nowhere", async () => {
    await using nats = await server();
    const bus = await connectNatsBus({ url: nats.url, name: "gateway" });
    const stage = new Stage({ replayPatienceMs: 200 }, historyOf(bus));
    const outlet = stage.watch("/a");
    stage.txn(1, "/a");
    stage.settle();
    await publish(bus, [event("/a", 1)]);
    Object.defineProperty(stage.tree, "consistentFrom", { value: 3 });
    stage.feed.onTreeLost();
    stage.txn(4, "/b");
    await expect.poll(() => outlet.isEnded, { timeout: 10_000 }).toBe(true);
    expect(outlet.text).toContain("event: gap");
    expect(outlet.lastId).toBe(idText(1, END_OF_TXN));
  });

  it("shows what was published in spite of an ACL only to who may read it now", async () => {
    await using nats = await server();
    const bus = await connectNatsBus({ url: nats.url, name: "gateway" });
    const stage = new Stage({ recentChangesMax: 16 }, historyOf(bus));
    for (let zxid = 1; zxid <= 40; zxid += 1) stage.txn(zxid, "/gone");
    await publish(bus, [
      event("/gone", 1),
      event("/gone", 2, 0, true),
      ...Array.from({ length: 38 }, (_, i) => event("/other", i + 3)),
    ]);
    const outlet = stage.watch("/gone", { after: { zxid: 1, index: 0 } });
    await told(stage, outlet, 1);
    expect(outlet.text).toContain('"zxid":"0x2","index":0,"time":2,"withheld":"acl"');
  });
});
