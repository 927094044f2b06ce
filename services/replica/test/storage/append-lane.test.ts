import { type Proposal, ZXID_ZERO } from "@meerkat/zab";
import { describe, expect, it } from "vitest";
import {
  LaneReader,
  type LaneRecord,
  LaneWriter,
  newLaneMemory,
} from "../../src/storage/storage-worker/append-lane.ts";
import type { WriteTiming } from "../../src/storage/storage-worker/output.ts";
import { proposalAfter, proposals, zxid } from "./folder.ts";

const LANE_BYTES = 1024 * 1024;

function newLane(): { writer: LaneWriter; reader: LaneReader } {
  const memory = newLaneMemory();
  return { writer: new LaneWriter(memory), reader: new LaneReader(memory) };
}

function rowOf(byteLength: number, fill: number): Proposal {
  return { ...proposalAfter(zxid(1, fill), ""), payload: new Uint8Array(byteLength).fill(fill) };
}

describe("the lane", () => {
  it("gives what was put in, in its order, several rows together", () => {
    const { writer, reader } = newLane();
    const rows = proposals(3);
    writer.append(7, rows.slice(0, 2), ZXID_ZERO);
    writer.append(9, rows.slice(2), zxid(1, 1));
    expect(reader.take()).toMatchObject([
      { type: "append", id: 7, append: rows.slice(0, 2), committed: ZXID_ZERO },
      { type: "append", id: 9, append: rows.slice(2), committed: zxid(1, 1) },
    ]);
    expect(reader.take()).toEqual([]);
  });

  it("refuses what finds no room, and takes it when there is some", () => {
    const { writer, reader } = newLane();
    const half = [rowOf(LANE_BYTES / 2, 1)];
    const record = writer.append(1, half, ZXID_ZERO);
    expect(writer.append(2, half, ZXID_ZERO)).toBeUndefined();
    expect(reader.take()).toHaveLength(1);
    expect(writer.append(3, half, ZXID_ZERO)).toBeUndefined();
    writer.release(record as LaneRecord);
    expect(writer.append(4, [rowOf(LANE_BYTES, 1)], ZXID_ZERO)).toBeUndefined();
    expect(writer.append(5, [rowOf(1000, 1)], ZXID_ZERO)).toBeDefined();
    expect(reader.take().map(({ id }) => id)).toEqual([5]);
  });

  it("takes a record that ends where the ring ends", () => {
    const { writer, reader } = newLane();
    const headerBytes = 11 * 8;
    for (let id = 1; id <= 3; id += 1) {
      const record = writer.append(id, [rowOf(LANE_BYTES - headerBytes, id)], ZXID_ZERO);
      expect(record).toEqual({ at: 0, wordsUsed: LANE_BYTES / 8 });
      expect(reader.take().map((input) => [input.id, input.append[0]?.payload[0]])).toEqual([
        [id, id],
      ]);
      writer.release(record as LaneRecord);
    }
  });

  it("carries back when each was carried out", () => {
    const { writer, reader } = newLane();
    const records = proposals(2).map((row, n) => writer.append(n + 1, [row], ZXID_ZERO));
    const timings = [
      { beganMs: 1.5, commitsFromMs: 2.25, endedMs: 3.125, writes: 1 },
      { beganMs: 4.5, commitsFromMs: 5.25, endedMs: 6.125, writes: 2 },
    ] as const;
    for (const [n, input] of reader.take().entries()) {
      reader.answer(input, timings[n] as WriteTiming);
    }
    expect(records.map((record) => writer.timingOf(record as LaneRecord))).toEqual(timings);
  });

  it("says what is on disk to who looks, and tells once who asked", () => {
    const { writer, reader } = newLane();
    for (const [n, row] of proposals(3).entries()) writer.append(n + 1, [row], ZXID_ZERO);
    expect(writer.takeWritten()).toBe(false);
    expect(reader.written(2)).toBe(false);
    expect([writer.takeWritten(), writer.takeWritten(), writer.takeWritten()]).toEqual([
      true,
      true,
      false,
    ]);
    writer.askToBeTold();
    expect(reader.written(1)).toBe(true);
    expect(writer.takeWritten()).toBe(true);
    writer.append(4, proposals(1), ZXID_ZERO);
    expect(reader.written(1)).toBe(false);
  });

  it("goes round and round with records of all sizes and never mixes them up", () => {
    const { writer, reader } = newLane();
    const inFlight: { id: number; record: LaneRecord }[] = [];
    let refused = 0;
    let seed = 1;
    for (let id = 1; id <= 500; id += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      const record = writer.append(id, [rowOf(seed % 90_001, id % 251)], ZXID_ZERO);
      if (record === undefined) refused += 1;
      else inFlight.push({ id, record });
      if (record !== undefined && seed % 5 > 0) continue;
      for (const { id: takenId, append } of reader.take()) {
        const next = inFlight.shift();
        expect(takenId).toBe(next?.id);
        const { payload } = append[0] as Proposal;
        expect(Buffer.alloc(payload.byteLength, takenId % 251).equals(payload)).toBe(true);
        writer.release((next as (typeof inFlight)[number]).record);
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});
