import { statSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { type Proposal, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import { describe, expect, it, vi } from "vitest";
import { DATABASE_FILE } from "../../src/storage/open-database.ts";
import {
  hardState,
  newFolder,
  open,
  persist,
  proposalAfter,
  proposals,
  textsOf,
  write,
  zxid,
} from "./folder.ts";

function isSame({ payload }: Proposal, other: Proposal | undefined): boolean {
  return other !== undefined && Buffer.compare(payload, other.payload) === 0;
}

describe("writes", () => {
  it("in flight together are confirmed in their order", async () => {
    const { storage } = await open(newFolder());
    const order: number[] = [];
    const rows = proposals(50);
    const confirmed = rows.map((row, index) =>
      write(storage, { append: [row] }).then(() => order.push(index)),
    );
    expect(storage.bytesInFlight).toBeGreaterThan(0);
    await Promise.all(confirmed);
    expect(storage.bytesInFlight).toBe(0);
    expect(order).toEqual(rows.map((_, index) => index));
    expect(storage.writesInFlight).toBe(0);
  });

  it("keep the caller's bytes as they are, views into larger buffers included", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    const slab = new TextEncoder().encode("0123456789");
    const row = { ...proposalAfter(ZXID_ZERO, ""), payload: slab.subarray(2, 5) };
    await write(storage, { append: [row] });
    expect(slab.byteLength).toBe(10);
    await storage.close();
    expect(textsOf((await open(folder)).loaded.history.proposals)).toEqual(["234"]);
  });

  it("of all kinds in flight together reach the disk in their order", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    const expected: Proposal[] = [];
    let last: Promise<unknown> = Promise.resolve();
    for (let n = 1; n <= 200; n += 1) {
      const previous = expected.at(-1)?.last ?? ZXID_ZERO;
      const payload = new Uint8Array(n % 50 === 0 ? 1_500_000 : (n * 7919) % 40_000).fill(n);
      const row = { ...proposalAfter(previous, ""), payload };
      expected.push(row);
      last = write(storage, {
        append: [row],
        ...(n % 20 === 0 && { hardState: hardState(n, 1, true) }),
      });
      if (n % 33 === 0) void storage.readLog(ZXID_ZERO, 1);
      if (n % 10 === 9) {
        expected.length -= 3;
        const truncateAfter = expected.at(-1)?.last ?? ZXID_ZERO;
        last = write(storage, { truncateAfter });
      }
      if (n % 70 === 0) await last;
    }
    await last;
    await storage.close();
    const { history } = (await open(folder)).loaded;
    expect(history.hardState).toEqual(hardState(200, 1, true));
    expect(history.proposals.map(({ last }) => last)).toEqual(expected.map(({ last }) => last));
    expect(history.proposals.every((row, n) => isSame(row, expected[n]))).toBe(true);
  });

  it("with several rows are there together", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    const rows = proposals(5);
    await write(storage, { append: rows.slice(0, 3), committed: zxid(1, 2) });
    await write(storage, { append: rows.slice(3), committed: zxid(1, 3) });
    await storage.close();
    const { history } = (await open(folder)).loaded;
    expect(history.proposals).toEqual(rows);
    expect(history.committed).toBe(zxid(1, 3));
  });

  it("go to the database file when the disk has been idle", async () => {
    const folder = newFolder();
    const { storage } = await open(folder);
    const bytesBefore = statSync(join(folder, DATABASE_FILE)).size;
    const row = { ...proposalAfter(ZXID_ZERO, ""), payload: new Uint8Array(100_000) };
    await write(storage, { append: [row] });
    await vi.waitFor(() => {
      expect(statSync(join(folder, DATABASE_FILE)).size).toBeGreaterThan(bytesBefore + 100_000);
    }, 10_000);
  });

  it.each([
    ["a row alone", {}],
    ["a row with a hard state", { hardState: hardState(7, 7, true) }],
  ])("that fail leave nothing of themselves and are never confirmed: %s", async (_, parts) => {
    const folder = newFolder();
    const { storage, failures } = await open(folder, { bytesMax: 200_000 });
    await write(storage, { append: proposals(1) });
    let isConfirmed = false;
    const confirm = (): void => {
      isConfirmed = true;
    };
    const big: Proposal = { ...proposalAfter(zxid(1, 1), ""), payload: new Uint8Array(500_000) };
    storage.write(persist({ append: [big], ...parts }), confirm);
    storage.awaitWrites();
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    expect(failures[0]?.message).toMatch(/is full: make room.* start this replica again/);
    await expect(storage.load(1)).rejects.toThrow("is full");
    storage.write(persist({ append: [proposalAfter(zxid(1, 1), "later")] }), confirm);
    await storage.close();
    expect(isConfirmed).toBe(false);
    const { history } = (await open(folder)).loaded;
    expect(textsOf(history.proposals)).toEqual(["t1"]);
    expect(history.hardState).toEqual(hardState(0, 0, false));
  });
});

describe("a write that nobody waits for", () => {
  it("is confirmed when somebody looks, and by nobody's asking", async () => {
    const { storage } = await open(newFolder());
    const confirmed: number[] = [];
    for (const [index, row] of proposals(3).entries()) {
      storage.write(persist({ append: [row] }), () => confirmed.push(index));
    }
    // Whatever is asked is answered behind it, and so the disk has it.
    await storage.readLog(ZXID_ZERO, 1_000);
    expect(confirmed).toEqual([0, 1, 2]);
    storage.write(persist({ append: [proposalAfter(zxid(1, 3), "")] }), () => confirmed.push(3));
    expect(confirmed).toHaveLength(3);
    await vi.waitFor(() => {
      storage.look();
      expect(confirmed).toEqual([0, 1, 2, 3]);
    });
    expect(storage.bytesInFlight).toBe(0);
  });

  it("is told of, where somebody does", async () => {
    const { storage } = await open(newFolder());
    let isConfirmed = false;
    storage.write(persist({ append: proposals(1) }), () => {
      isConfirmed = true;
    });
    storage.awaitWrites();
    await vi.waitFor(() => expect(isConfirmed).toBe(true));
  });
});

describe("own snapshots", () => {
  it("push out the log and the snapshots behind the one before, in slices", async () => {
    const { storage, purged } = await open(newFolder());
    const rows = proposals(300);
    for (const [turn, at] of [zxid(1, 100), zxid(1, 200), zxid(1, 300)].entries()) {
      await write(storage, { append: rows.slice(turn * 100, turn * 100 + 100), committed: at });
      for (let index = 0; index < 100; index += 1) {
        const chunk = new Uint8Array(1000);
        void storage.addSnapshotChunk({ zxid: at, index, last: index === 99, chunk });
      }
      await storage.completeSnapshot(at);
    }
    await vi.waitFor(() => expect(purged.at(-1)).toBe(zxid(1, 200)));
    const log = { id: 1, kind: "log", bytesMax: 1_000_000 } as const;
    expect(await storage.read({ ...log, after: zxid(1, 150) })).toEqual({ id: 1, kind: "gone" });
    const kept = await storage.read({ ...log, after: zxid(1, 200) });
    expect(kept.kind === "log" && kept.proposals.length).toBe(100);
    const first = { id: 2, kind: "snapshot", index: 0 } as const;
    expect(await storage.read({ ...first, zxid: zxid(1, 100) })).toEqual({ id: 2, kind: "gone" });
    expect((await storage.read({ ...first, zxid: zxid(1, 200) })).kind).toBe("snapshot");
  });
});

describe("reads for learners", () => {
  it("give at least one row and stop at the bound", async () => {
    const { storage } = await open(newFolder());
    const rows = proposals(5).map((row) => ({ ...row, payload: new Uint8Array(1000) }));
    await write(storage, { append: rows });
    const lasts = async (after: Zxid, bytesMax: number): Promise<Zxid[]> => {
      const answer = await storage.read({ id: 1, kind: "log", after, bytesMax });
      return answer.kind === "log" ? answer.proposals.map(({ last }) => last) : [];
    };
    expect(await lasts(ZXID_ZERO, 1)).toEqual([zxid(1, 1)]);
    expect(await lasts(zxid(1, 1), 2000)).toEqual([zxid(1, 2), zxid(1, 3)]);
    expect(await lasts(zxid(1, 5), 2000)).toEqual([]);
  });

  it("give a snapshot's chunks unchanged", async () => {
    const { storage } = await open(newFolder());
    const chunk = Uint8Array.from({ length: 300_000 }, (_, n) => n % 251);
    await storage.addSnapshotChunk({ zxid: ZXID_ZERO, index: 0, last: true, chunk });
    await storage.completeSnapshot(ZXID_ZERO);
    const answer = await storage.read({ id: 1, kind: "snapshot", index: 0, zxid: ZXID_ZERO });
    expect(answer.kind === "snapshot" && crc32(answer.part.chunk)).toBe(crc32(chunk));
  });
});
