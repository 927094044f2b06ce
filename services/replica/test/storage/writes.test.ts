import { crc32 } from "node:zlib";
import { type Proposal, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import { describe, expect, it, vi } from "vitest";
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

  it("that fail leave nothing of themselves and are never confirmed", async () => {
    const folder = newFolder();
    const { storage, failures } = await open(folder, { bytesMax: 200_000 });
    await write(storage, { append: proposals(1) });
    let isConfirmed = false;
    const confirm = (): void => {
      isConfirmed = true;
    };
    const big: Proposal = { ...proposalAfter(zxid(1, 1), ""), payload: new Uint8Array(500_000) };
    storage.write(persist({ append: [big], hardState: hardState(7, 7, true) }), confirm);
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
