import { type Proposal, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import { describe, expect, it, onTestFinished } from "vitest";
import { learnerLogStart } from "../../src/storage/learner-log.ts";
import { Store } from "../../src/storage/store.ts";
import { bytes, newFolder, optionsOf, zxid } from "./folder.ts";

/** Batches of ten txns each: fifty in epoch 1, a hundred in epoch 3. */
function batches(): Proposal[] {
  const made: Proposal[] = [];
  for (const [epoch, count] of [
    [1, 5],
    [3, 10],
  ] as const) {
    for (let n = 0; n < count; n += 1) {
      const [first, last] = [zxid(epoch, n * 10 + 1), zxid(epoch, n * 10 + 10)];
      const previous = made.at(-1)?.last ?? ZXID_ZERO;
      made.push({ previous, first, last, kind: "txns", payload: bytes("x") });
    }
  }
  return made;
}

function storeWith(snapshots: readonly Zxid[]): Store {
  const store = Store.open(optionsOf(newFolder()));
  onTestFinished(() => store.close());
  store.transaction(() => {
    for (const batch of batches()) store.log.append(batch, ZXID_ZERO);
    for (const at of snapshots) {
      store.snapshots.stage("own", { zxid: at, index: 0, last: true, chunk: bytes("s") });
      store.snapshots.complete("own", at, new Map());
    }
  });
  return store;
}

describe("the log for servers that catch up", () => {
  it.each([
    ["so many txns back", 30, zxid(3, 70)],
    ["or some more, up to the end of a batch", 31, zxid(3, 60)],
    ["over the beginning of an epoch", 120, zxid(1, 30)],
    ["at its own beginning where it has no more", 1_000, ZXID_ZERO],
    ["never behind the older of the two snapshots", 5, zxid(3, 80)],
  ])("begins %s", (_, txnsMax, expected) => {
    expect(learnerLogStart(storeWith([zxid(3, 80), zxid(3, 90)]), txnsMax)).toBe(expected);
  });

  it("begins at the end of a batch, also where the snapshot does not", () => {
    expect(learnerLogStart(storeWith([zxid(3, 85), zxid(3, 90)]), 1)).toBe(zxid(3, 80));
  });

  it("begins where the log does while there are not two snapshots", () => {
    expect(learnerLogStart(storeWith([zxid(3, 80)]), 1)).toBe(ZXID_ZERO);
  });

  it("begins where the log does when that was purged further", () => {
    const store = storeWith([zxid(3, 80), zxid(3, 90)]);
    store.transaction(() => store.log.purge(zxid(3, 75), { rowsMax: 100, bytesMax: 100 }));
    expect(learnerLogStart(store, 1_000)).toBe(zxid(3, 70));
  });
});
