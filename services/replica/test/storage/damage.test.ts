import { ZXID_ZERO } from "@meerkat/zab";
import { expect, it } from "vitest";
import type { StorageClient } from "../../src/storage/storage-client.ts";
import {
  bytes,
  hardState,
  newFolder,
  open,
  proposals,
  tamper,
  textsOf,
  write,
  zxid,
} from "./folder.ts";

async function folderWithRows(): Promise<{ folder: string; storeId: number }> {
  const folder = newFolder();
  const { storage, loaded } = await open(folder);
  const committed = zxid(1, 1);
  await write(storage, { append: proposals(4), hardState: hardState(4, 1, true), committed });
  await storage.close();
  return { folder, storeId: loaded.history.storeId };
}

async function snapshotAt(storage: StorageClient, counter: number): Promise<void> {
  const at = zxid(1, counter);
  await storage.addSnapshotChunk({ zxid: at, index: 0, last: true, chunk: bytes("s") });
  await storage.completeSnapshot(at);
}

it.each([
  ["the last row", 4, ["t1", "t2", "t3"]],
  ["a row in the middle", 2, ["t1"]],
  ["the first row", 1, []],
])("in %s: it is named, the rows before it stay, the voice is gone", async (_, bad, kept) => {
  const { folder, storeId } = await folderWithRows();
  tamper(folder, `UPDATE log SET payload = x'00' WHERE last = ${zxid(1, bad)}`);
  const { history, damage } = (await open(folder)).loaded;
  expect(damage).toEqual([`the log row 0x10000000${bad} fails its checksum`]);
  expect(textsOf(history.proposals)).toEqual(kept);
  expect(history.hardState).toEqual(hardState(4, kept.length === 0 ? 0 : 1, false));
  expect(history.storeId).not.toBe(storeId);
});

it("stays repaired at the next start", async () => {
  const { folder } = await folderWithRows();
  tamper(folder, `UPDATE log SET payload = x'00' WHERE last = ${zxid(1, 3)}`);
  const first = await open(folder);
  await first.storage.close();
  const second = await open(folder);
  expect(second.loaded.damage).toEqual([]);
  expect(second.loaded.history.storeId).toBe(first.loaded.history.storeId);
  expect(textsOf(second.loaded.history.proposals)).toEqual(["t1", "t2"]);
});

it("in the form of a missing row is seen", async () => {
  const { folder } = await folderWithRows();
  tamper(folder, `DELETE FROM log WHERE last = ${zxid(1, 3)}`);
  const { history, damage } = (await open(folder)).loaded;
  expect(damage[0]).toContain("0x100000004 follows 0x100000003");
  expect(textsOf(history.proposals)).toEqual(["t1", "t2"]);
  expect(history.hardState.voice).toBe(false);
});

it("of the newest snapshot costs nothing while the one before it is sound", async () => {
  const { folder, storeId } = await folderWithRows();
  const { storage } = await open(folder);
  await snapshotAt(storage, 1);
  await snapshotAt(storage, 2);
  await storage.close();
  tamper(folder, "UPDATE snapshot_chunk SET chunk = x'00' WHERE snapshot_id = 2");
  const { history, damage } = (await open(folder)).loaded;
  expect(damage).toEqual(["the snapshot at 0x100000002 fails its checksum"]);
  expect(history).toMatchObject({ snapshotZxid: zxid(1, 1), storeId });
  expect(history.hardState.voice).toBe(true);
  expect(history.proposals.at(-1)?.last).toBe(zxid(1, 4));
});

it("of the only snapshot leaves an empty history without a voice", async () => {
  const folder = newFolder();
  const { storage } = await open(folder);
  const at = zxid(2, 5);
  await write(storage, {
    stage: [{ zxid: at, index: 0, last: true, chunk: bytes("x") }],
    install: { zxid: at, members: new Map() },
    hardState: hardState(2, 2, true),
  });
  await storage.close();
  tamper(folder, "UPDATE snapshot_chunk SET chunk = x'00'");
  const { history, damage } = (await open(folder)).loaded;
  expect(damage).toHaveLength(1);
  expect(history).toMatchObject({ snapshotZxid: ZXID_ZERO, proposals: [], admissions: [] });
  expect(history.hardState).toEqual(hardState(2, 0, false));
});

it("of a row behind the snapshot is found when a learner asks for it", async () => {
  const { folder } = await folderWithRows();
  const before = await open(folder);
  await snapshotAt(before.storage, 3);
  await before.storage.close();
  tamper(folder, `UPDATE log SET payload = x'00' WHERE last = ${zxid(1, 2)}`);
  const { storage, loaded, damaged } = await open(folder);
  expect(loaded.damage).toEqual([]);
  const after = zxid(1, 1);
  const answer = await storage.read({ id: 7, kind: "log", after, bytesMax: 1000 });
  expect(answer).toEqual({ id: 7, kind: "gone" });
  expect(damaged[0]).toContain("0x100000002");
  // The rows around it are read as ever.
  expect(await storage.readLog(after, 1000)).toEqual({ kind: "gone", logStart: zxid(1, 2) });
  const parts = [ZXID_ZERO, zxid(1, 2)].map((from) => storage.readLog(from, 1000));
  const texts = (await Promise.all(parts)).map(
    (part) => part.kind === "log" && textsOf(part.proposals),
  );
  expect(texts).toEqual([["t1"], ["t3", "t4"]]);
});

it.each([
  ["damaged", `UPDATE log SET payload = x'00' WHERE last = ${zxid(1, 2)}`, ["t3", "t4"]],
  ["missing", `DELETE FROM log WHERE last = ${zxid(1, 3)}`, ["t4"]],
])("of a row behind the snapshot that is %s costs a start nothing", async (_, sql, window) => {
  const { folder, storeId } = await folderWithRows();
  const before = await open(folder);
  await snapshotAt(before.storage, 3);
  await before.storage.close();
  tamper(folder, sql);
  const { history, damage } = (await open(folder)).loaded;
  expect(damage).toEqual([]);
  expect(history).toMatchObject({ storeId, snapshotZxid: zxid(1, 3), committed: zxid(1, 3) });
  expect(textsOf(history.proposals)).toEqual(window);
});
