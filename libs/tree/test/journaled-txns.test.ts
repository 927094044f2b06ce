import { expect, it } from "vitest";
import { JournaledTxns } from "../src/state/journaled-txns.ts";

/** More than it has room for at first. */
const TXNS = 5_000;

it("gives back what came, at either end, however often it went round and grew", () => {
  const txns = new JournaledTxns();
  const expected: number[] = [];
  for (let zxid = 1; zxid <= TXNS; zxid += 1) {
    txns.push(zxid, zxid % 7, zxid - 1, zxid - 2);
    expected.push(zxid);
    if (zxid % 3 !== 0) continue;
    expect(txns.firstZxid).toBe(expected[0]);
    expect(txns.shift()).toBe((expected.shift() ?? 0) % 7);
  }
  for (let zxid = TXNS; expected.length > 0; zxid -= 1) {
    expect(txns.length).toBe(expected.length);
    expect(txns.lastZxid).toBe(expected.pop());
    expect(txns.pop()).toEqual({ undoCount: zxid % 7, lastZxid: zxid - 1, appliedZxid: zxid - 2 });
  }
  expect(txns.length).toBe(0);
  expect(() => txns.firstZxid).toThrow("no txn in the journal");
});
