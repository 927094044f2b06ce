import { END_OF_TXN, type EventId, formatEventId } from "@meerkat/watch-events";
import { expect, it } from "vitest";
import { LogCursor } from "../../src/watch/log-cursor.ts";
import { LoggedChanges } from "../../src/watch/logged-changes.ts";
import { zxid } from "../storage/folder.ts";
import { create, isReadable, Rig, set } from "./rig.ts";

/** Batches of several txns, some of which change nothing, others several znodes. */
function rigWithALog(): Rig {
  const rig = new Rig();
  rig.commit(create("/a"), create("/a"), create("/b"));
  rig.commit(set("/none", "1"));
  for (let n = 0; n < 3; n += 1) {
    const operations = [set("/a", "1"), set("/b", "1"), create(`/a/${n}`)];
    rig.commit(set("/a", "0"), { type: "multi", operations }, set("/none", "1"), set("/b", "2"));
  }
  rig.commit(set("/none", "1"), set("/none", "1"));
  return rig;
}

async function idsBehind(rig: Rig, after: EventId, max: number, end: number): Promise<string[]> {
  const cursor = new LogCursor(rig, new LoggedChanges(rig.delivery.tree, isReadable), after);
  const ids: string[] = [];
  for (let calls = 0; calls < 100; calls += 1) {
    const slice = await cursor.next(max, end);
    if (slice.kind === "gone") throw new Error("nothing was purged");
    expect(slice.changes.length).toBeLessThanOrEqual(max);
    ids.push(...slice.changes.map(({ event }) => formatEventId(event)));
    if (slice.through.zxid >= end && slice.through.index === END_OF_TXN) return ids;
  }
  throw new Error("it never came to the end");
}

it("gives everything behind any change once and in order, in parts of any size", async () => {
  const rig = rigWithALog();
  const end = rig.delivery.applied;
  const all = rig.recent.after({ zxid: 0, index: END_OF_TXN }, end, 1_000);
  const ids = all.map(({ event }) => formatEventId(event));
  expect(ids).toHaveLength(17);
  for (const max of [1, 2, 3, 64]) {
    expect(await idsBehind(rig, { zxid: 0, index: END_OF_TXN }, max, end)).toEqual(ids);
    for (const [n, { event }] of all.entries()) {
      expect(await idsBehind(rig, event, max, end)).toEqual(ids.slice(n + 1));
    }
    for (let at: number = zxid(1, 1); at <= end; at += 1) {
      const behind = all.filter(({ event }) => event.zxid > at);
      const expected = behind.map(({ event }) => formatEventId(event));
      expect(await idsBehind(rig, { zxid: at, index: END_OF_TXN }, max, end)).toEqual(expected);
    }
  }
});

it("stops at any txn, and goes on from there", async () => {
  const rig = rigWithALog();
  const { applied } = rig.delivery;
  const all = rig.recent.after({ zxid: 0, index: END_OF_TXN }, applied, 1_000);
  for (let end: number = zxid(1, 1); end <= applied; end += 1) {
    const expected = all.filter(({ event }) => event.zxid <= end);
    const ids = await idsBehind(rig, { zxid: 0, index: END_OF_TXN }, 2, end);
    expect(ids).toEqual(expected.map(({ event }) => formatEventId(event)));
  }
});
