import { type Members, type Proposal, type ServerId, type StoreId, ZXID_ZERO } from "@meerkat/zab";
import { describe, expect, it } from "vitest";
import {
  bytes,
  hardState,
  newFolder,
  open,
  pageBytesOf,
  proposalAfter,
  proposals,
  tamper,
  textsOf,
  write,
  zxid,
} from "./folder.ts";

const members: Members = new Map([[1 as ServerId, 11 as StoreId]]);

describe("start from nothing", () => {
  it("has an empty history, a store id of its own and no voice", async () => {
    const first = await open(newFolder());
    const second = await open(newFolder());
    expect(first.loaded.damage).toEqual([]);
    expect(first.loaded.history).toMatchObject({
      hardState: hardState(0, 0, false),
      snapshotZxid: ZXID_ZERO,
      committed: ZXID_ZERO,
      proposals: [],
      logStart: ZXID_ZERO,
      epochEnds: [],
      admissions: [],
    });
    expect(first.loaded.history.storeId).not.toBe(second.loaded.history.storeId);
  });

  it("keeps its store id", async () => {
    const folder = newFolder();
    const before = await open(folder);
    await before.storage.close();
    const after = await open(folder);
    expect(after.loaded.history.storeId).toBe(before.loaded.history.storeId);
  });
});

describe("start from a database", () => {
  it.each([4096, 16_384])("with pages of %i bytes keeps them", async (pageBytes) => {
    const folder = newFolder();
    tamper(folder, `PRAGMA page_size = ${pageBytes}; VACUUM`);
    const { storage } = await open(folder);
    const rows = proposals(9).map((row) => ({ ...row, payload: new Uint8Array(30_000) }));
    await write(storage, { append: rows });
    await storage.close();
    expect(pageBytesOf(folder)).toBe(pageBytes);
    expect((await open(folder)).loaded.history.proposals).toEqual(rows);
  });

  it("that is new has pages of 8 KiB", async () => {
    const folder = newFolder();
    await (await open(folder)).storage.close();
    expect(pageBytesOf(folder)).toBe(8192);
  });
});

describe("start from a log", () => {
  it("finds every row, the hard state, epoch ends and what was committed", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    await write(storage, { append: proposals(3), hardState: hardState(1, 1, true) });
    await write(storage, {
      append: [proposalAfter(zxid(1, 3), "e2", 2)],
      hardState: hardState(2, 2, true),
      committed: zxid(1, 2),
    });
    await storage.close();
    const { history } = (await open(folder)).loaded;
    expect(history.hardState).toEqual(hardState(2, 2, true));
    expect(history.committed).toBe(zxid(1, 2));
    expect(textsOf(history.proposals)).toEqual(["t1", "t2", "t3", "e2"]);
    expect(history.epochEnds).toEqual([zxid(1, 3), zxid(2, 1)]);
    expect(history.logStart).toBe(ZXID_ZERO);
  });

  it("finds the end of every epoch, however many", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    const rows: Proposal[] = [];
    for (let epoch = 1; epoch <= 200; epoch += 1) {
      const first = proposalAfter(rows.at(-1)?.last ?? ZXID_ZERO, "a", epoch);
      rows.push(first, proposalAfter(first.last, "b", epoch));
    }
    await write(storage, { append: rows });
    await storage.close();
    const { history } = (await open(folder)).loaded;
    expect(history.epochEnds).toEqual(Array.from({ length: 200 }, (_, n) => zxid(n + 1, 2)));
  });

  it("gives the rows after what is committed, and before it only what fits the window", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    const big = new Uint8Array(400_000);
    const rows = proposals(6).map((row) => ({ ...row, payload: big }));
    await write(storage, { append: rows.slice(0, 5) });
    await write(storage, { append: rows.slice(5), committed: zxid(1, 5) });
    await storage.close();
    const { history } = (await open(folder)).loaded;
    expect(history.proposals.map(({ last }) => last)).toEqual([zxid(1, 4), zxid(1, 5), zxid(1, 6)]);
  });

  it("applies the parts of one write in their order", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    await write(storage, { append: proposals(5) });
    const other = proposalAfter(zxid(1, 2), "other", 2);
    await write(storage, { truncateAfter: zxid(1, 2), append: [other] });
    await storage.close();
    const { history } = (await open(folder)).loaded;
    expect(textsOf(history.proposals)).toEqual(["t1", "t2", "other"]);
  });
});

describe("start from a snapshot and a log", () => {
  it("finds the newest complete snapshot, and the log goes on from there", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    await write(storage, { append: proposals(4), committed: zxid(1, 3) });
    const at = zxid(1, 2);
    await storage.addSnapshotChunk({ zxid: at, index: 0, last: false, chunk: bytes("a") });
    await storage.addSnapshotChunk({ zxid: at, index: 1, last: true, chunk: bytes("b") });
    await storage.completeSnapshot(zxid(1, 3));
    await storage.close();
    const again = await open(folder);
    const { history } = again.loaded;
    expect(history).toMatchObject({ snapshotZxid: at, committed: zxid(1, 3) });
    expect(textsOf(history.proposals)).toEqual(["t1", "t2", "t3", "t4"]);
    expect(history.epochEnds).toEqual([zxid(1, 4)]);
    const part = await again.storage.read({ id: 1, kind: "snapshot", index: 1 });
    expect(part).toMatchObject({ kind: "snapshot", part: { last: true, chunk: bytes("b") } });
  });

  it("drops a snapshot that was not complete at the crash", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    await storage.addSnapshotChunk({ zxid: zxid(1, 1), index: 0, last: true, chunk: bytes("a") });
    const staged = { zxid: zxid(1, 9), index: 0, last: false, chunk: bytes("x") };
    await write(storage, { stage: [staged] });
    await storage.close();
    const again = await open(folder);
    expect(again.loaded.history.snapshotZxid).toBe(ZXID_ZERO);
    const answer = await again.storage.read({ id: 1, kind: "snapshot", index: 0 });
    expect(answer).toEqual({ id: 1, kind: "gone" });
  });

  it("replaces the whole history by an installed snapshot", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    await write(storage, { append: proposals(4) });
    const at = zxid(3, 7);
    await write(storage, { stage: [{ zxid: at, index: 0, last: false, chunk: bytes("x") }] });
    await write(storage, {
      stage: [{ zxid: at, index: 1, last: true, chunk: bytes("y") }],
      install: { zxid: at, members },
      append: [proposalAfter(at, "after", 3)],
      hardState: hardState(3, 3, false),
      committed: at,
    });
    await storage.close();
    const { history } = (await open(folder)).loaded;
    expect(history).toMatchObject({ snapshotZxid: at, committed: at, logStart: at });
    expect(textsOf(history.proposals)).toEqual(["after"]);
    expect(history.epochEnds).toEqual([zxid(3, 8)]);
    expect(history.admissions).toEqual([{ zxid: at, members }]);
  });
});
