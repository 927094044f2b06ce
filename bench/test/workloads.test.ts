import { JuteReader } from "@meerkat/jute";
import { describe, expect, it } from "vitest";
import { NODES, nodeAt, ringOf, WORKLOADS, workloadOf } from "../src/zookeeper/workloads.ts";

describe("the ring of requests", () => {
  it("is a slice of whole frames with their xids, also across its end", () => {
    const ring = ringOf(workloadOf("get"), 100);
    const reader = new JuteReader(ring.slice(ring.slots - 1, 3));
    for (const xid of [ring.slots, 1, 2]) {
      const end = reader.readInt() + reader.position;
      expect(reader.readInt()).toBe(xid);
      expect(reader.readInt()).toBe(4);
      expect(reader.readString()).toBe(nodeAt(xid - 1).path);
      expect(reader.readBoolean()).toBe(false);
      expect(reader.position).toBe(end);
    }
    expect(reader.remaining).toBe(0);
  });

  it("knows what any number of answered requests added to the versions", () => {
    const ring = ringOf(workloadOf("mixed"), 100);
    const single = Array.from({ length: ring.slots }, (_, slot) => ring.writesIn(slot, 1));
    expect(single.reduce((sum, writes) => sum + writes, 0)).toBe(ring.slots / 10);
    let expected = 0;
    for (let count = 0; count < 2_500; count += 1) {
      if (count % 99 === 0) expect(ring.writesIn(700, count)).toBe(expected);
      expected += single[(700 + count) % ring.slots] ?? 0;
    }
    expect(ringOf(workloadOf("multi"), 100).writesIn(0, 10)).toBe(20);
  });

  it("has room for a window that was asked for", () => {
    for (const workload of WORKLOADS) {
      expect(ringOf(workload, 1_700).slots % NODES).toBe(0);
      expect(ringOf(workload, 1_700).slots).toBeGreaterThanOrEqual(3_400);
    }
  });
});
