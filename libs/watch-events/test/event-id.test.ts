import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareEventIds,
  END_OF_TXN,
  encodeGap,
  formatEventId,
  idOfGap,
  parseEventId,
} from "../src/index.ts";

const id = fc.record({
  zxid: fc.maxSafeNat(),
  index: fc.oneof(fc.nat({ max: 999_999_999 }), fc.constant(END_OF_TXN)),
});

describe("the id of an event", () => {
  it("is zxid and index", () => {
    expect(formatEventId({ zxid: 0x100000002, index: 3 })).toBe("0x100000002-3");
    expect(formatEventId({ zxid: 0x100000002, index: END_OF_TXN })).toBe("0x100000002-end");
  });

  it("gives both back", () => {
    fc.assert(
      fc.property(id, (one) => {
        expect(parseEventId(formatEventId(one))).toEqual(one);
      }),
    );
  });

  it.each(["", "0x1", "1-0", "0x1-", "0x1--1", "0x1-0 ", "0xffffffffffffff-0", "0X1-0", "0x1-1e3"])(
    "%j is none",
    (text) => expect(parseEventId(text)).toBeUndefined(),
  );

  it("orders by zxid, then index, the end of a txn last", () => {
    const ids = [
      { zxid: 1, index: 0 },
      { zxid: 1, index: 5 },
      { zxid: 1, index: END_OF_TXN },
      { zxid: 2, index: 0 },
    ];
    for (const [i, a] of ids.entries()) {
      for (const [j, b] of ids.entries())
        expect(Math.sign(compareEventIds(a, b))).toBe(Math.sign(i - j));
    }
  });
});

describe("a gap", () => {
  it("has its place among the events and says what is missing", () => {
    const gap = { after: { zxid: 0x100000002, index: 0 }, through: 0x100000009, time: 5 };
    expect(formatEventId(idOfGap(gap))).toBe("0x100000009-end");
    expect(JSON.parse(encodeGap(gap))).toMatchObject({
      type: "Gap",
      after: "0x100000002",
      zxid: "0x100000009",
      time: 5,
    });
  });
});
