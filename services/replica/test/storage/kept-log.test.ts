import {
  encodeMembers,
  type Members,
  type Proposal,
  type ServerId,
  type StoreId,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import { describe, expect, it, vi } from "vitest";
import { usedBytesMax } from "../../src/storage/log-room.ts";
import type { StorageClient } from "../../src/storage/storage-client.ts";
import { bytes, newFolder, open, proposals, usedBytesOf, write, zxid } from "./folder.ts";

const MIB = 1024 * 1024;
const ROW_BYTES = 20_000;

/** `count` rows that make a megabyte for each fifty of them. */
function largeProposals(count: number): Proposal[] {
  return proposals(count).map((row) => ({ ...row, payload: new Uint8Array(ROW_BYTES) }));
}

async function snapshotAt(storage: StorageClient, at: Zxid): Promise<void> {
  await storage.addSnapshotChunk({ zxid: at, index: 0, last: true, chunk: bytes("s") });
  await storage.completeSnapshot(at);
}

/** Writes the rows, some at a time, with a snapshot at the end of each such part. */
async function writeWithSnapshots(
  storage: StorageClient,
  rows: readonly Proposal[],
  rowsEach: number,
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsEach) {
    const some = rows.slice(at, at + rowsEach);
    const last = some.at(-1)?.last ?? ZXID_ZERO;
    await write(storage, { append: some, committed: last });
    await snapshotAt(storage, last);
  }
}

async function lastsAfter(storage: StorageClient, after: Zxid): Promise<Zxid[]> {
  const part = await storage.readLog(after, Number.MAX_SAFE_INTEGER);
  if (part.kind === "gone") throw new Error(`the log begins at ${part.logStart}`);
  return part.proposals.map(({ last }) => last);
}

describe("log that the snapshots make needless", () => {
  it("stays while there is room, also over a start, and can be read from its beginning", async () => {
    const folder = newFolder();
    const first = await open(folder, { keepLogBytes: 10 * MIB });
    const rows = largeProposals(100);
    await writeWithSnapshots(first.storage, rows, 25);
    await first.storage.close();
    const { storage, loaded, purged } = await open(folder, { keepLogBytes: 10 * MIB });
    await vi.waitFor(() => expect(purged).toEqual([ZXID_ZERO]));
    expect(loaded.history).toMatchObject({ snapshotZxid: zxid(1, 100), logStart: ZXID_ZERO });
    // The snapshots themselves do not.
    const oldest = { id: 1, kind: "snapshot", index: 0, zxid: zxid(1, 25) } as const;
    expect((await storage.read(oldest)).kind).toBe("gone");
    expect(await lastsAfter(storage, ZXID_ZERO)).toEqual(rows.map(({ last }) => last));
    expect(await lastsAfter(storage, zxid(1, 98))).toEqual([zxid(1, 99), zxid(1, 100)]);
  });

  it("goes beyond that, the oldest first, and no more of it than has to", async () => {
    const folder = newFolder();
    const { storage, purged } = await open(folder, { keepLogBytes: 4 * MIB });
    await writeWithSnapshots(storage, largeProposals(600), 50);
    await storage.close();
    const again = await open(folder, { keepLogBytes: 4 * MIB });
    await vi.waitFor(() => expect(again.purged).toHaveLength(1));
    const logStart = again.purged[0] ?? ZXID_ZERO;
    expect(purged).toEqual(purged.toSorted((one, other) => one - other));
    expect(await again.storage.readLog(ZXID_ZERO, 1)).toEqual({ kind: "gone", logStart });
    const kept = await lastsAfter(again.storage, logStart);
    expect(kept).toEqual(kept.map((_, n) => logStart + n + 1));
    expect(kept.at(-1)).toBe(zxid(1, 600));
    await again.storage.close();
    expect(usedBytesOf(folder)).toBeLessThanOrEqual(4 * MIB);
    expect(usedBytesOf(folder)).toBeGreaterThan(2.5 * MIB);
  });

  it("gives way to what is written between two snapshots, not only at the next one", async () => {
    const { storage, purged } = await open(newFolder(), { keepLogBytes: 4 * MIB });
    const rows = largeProposals(300);
    await writeWithSnapshots(storage, rows.slice(0, 150), 75);
    const before = purged.at(-1) ?? ZXID_ZERO;
    for (const row of rows.slice(150)) await write(storage, { append: [row] });
    // What is needed is beyond the bound by itself, so nothing else stays.
    await vi.waitFor(() => expect(purged.at(-1)).toBe(zxid(1, 75)));
    expect(before).toBe(ZXID_ZERO);
    expect(await lastsAfter(storage, zxid(1, 75))).toHaveLength(225);
  });

  it("never fills a database of limited size", async () => {
    const limits = { keepLogBytes: 100 * MIB, bytesMax: 8 * MIB };
    const { storage, failures, purged } = await open(newFolder(), limits);
    for (const [n, row] of largeProposals(1_000).entries()) {
      await write(storage, { append: [row], committed: row.last });
      if (n % 25 === 24) await snapshotAt(storage, row.last);
    }
    await vi.waitFor(() => expect(purged.at(-1)).toBeGreaterThan(zxid(1, 700)));
    expect(failures).toEqual([]);
    expect((await lastsAfter(storage, purged.at(-1) ?? ZXID_ZERO)).length).toBeGreaterThan(100);
  });

  it("goes at the start when the setting says so now", async () => {
    const folder = newFolder();
    const before = await open(folder, { keepLogBytes: 10 * MIB });
    await writeWithSnapshots(before.storage, largeProposals(100), 25);
    await before.storage.close();
    const { purged } = await open(folder, { keepLogBytes: 0 });
    await vi.waitFor(() => expect(purged).toEqual([zxid(1, 75)]));
  });

  it("keeps who was admitted in it", async () => {
    const folder = newFolder();
    const before = await open(folder, { keepLogBytes: 10 * MIB });
    const admitted = [1, 3, 5].map((counter) => {
      const members: Members = new Map([[1 as ServerId, counter as StoreId]]);
      return { zxid: zxid(1, counter), members };
    });
    const rows = proposals(6).map((row) => {
      const admission = admitted.find(({ zxid: at }) => at === row.last);
      if (admission === undefined) return row;
      return { ...row, kind: "admission", payload: encodeMembers(admission.members) } as const;
    });
    await writeWithSnapshots(before.storage, rows, 2);
    await before.storage.close();
    const kept = await open(folder, { keepLogBytes: 10 * MIB });
    await vi.waitFor(() => expect(kept.purged).toEqual([ZXID_ZERO]));
    await kept.storage.close();
    const purged = await open(folder);
    expect(purged.loaded.history.admissions).toEqual(admitted);
    await vi.waitFor(() => expect(purged.purged).toEqual([zxid(1, 4)]));
    await purged.storage.close();
    expect((await open(folder)).loaded.history.admissions).toEqual(admitted.slice(1));
  });
});

it.each([
  ["the setting, where there is room", { keepLogBytes: 500, bytesMax: 0 }, 10_000, 500],
  ["half of the limit", { keepLogBytes: 500, bytesMax: 800 }, 10_000, 400],
  ["half of what the disk has", { keepLogBytes: 500, bytesMax: 800 }, 600, 300],
  ["nothing, where nothing is to be kept", { keepLogBytes: 0, bytesMax: 0 }, 10_000, 0],
])("room is %s", (_, options, diskBytes, expected) => {
  expect(usedBytesMax(options, diskBytes)).toBe(expected);
});
