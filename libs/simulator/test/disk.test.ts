import {
  type Epoch,
  makeEpoch,
  makeZxid,
  type Persist,
  type Proposal,
  type StoreId,
  type SyncReadResult,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import { expect, test } from "vitest";
import { Clock } from "../src/clock.ts";
import { Disk } from "../src/disk.ts";
import { lastZxidOf } from "../src/image.ts";
import { Prng } from "../src/prng.ts";
import { storedHistoryOf } from "../src/stored-history.ts";

const EPOCH: Epoch = makeEpoch(1);

function zxid(counter: number): Zxid {
  return counter === 0 ? ZXID_ZERO : makeZxid(EPOCH, counter);
}

function proposal(counter: number): Proposal {
  return {
    previous: zxid(counter - 1),
    first: zxid(counter),
    last: zxid(counter),
    kind: "txns",
    payload: new Uint8Array(10),
  };
}

function appending(counter: number, committed = 0): Persist {
  return { stage: [], append: [proposal(counter)], committed: zxid(committed) };
}

function start(seed = 1) {
  const clock = new Clock();
  const done: number[] = [];
  const disk = new Disk({
    clock,
    prng: new Prng(seed, "disk"),
    options: { writeMinUs: 10, writeMeanUs: 100, slowFactor: 10 },
    storeId: 1 as StoreId,
    onDurable: () => undefined,
  });
  const write = (counter: number, committed = 0) =>
    disk.submit({
      type: "persist",
      persist: appending(counter, committed),
      done: () => done.push(counter),
    });
  const settle = () => {
    while (clock.step());
  };
  return { disk, write, done, settle, clock };
}

test("writes reach the disk in order and are confirmed in order", () => {
  const { disk, write, done, settle } = start();
  for (const counter of [1, 2, 3, 4]) write(counter);
  expect(lastZxidOf(disk.image)).toBe(ZXID_ZERO);
  expect(done).toEqual([]);
  settle();
  expect(lastZxidOf(disk.image)).toBe(zxid(4));
  expect(done).toEqual([1, 2, 3, 4]);
});

test("a crash keeps a prefix of what was under way and confirms none of it", () => {
  const kept = new Set<Zxid>();
  for (let seed = 0; seed < 50; seed++) {
    const { disk, write, done, settle } = start(seed);
    for (const counter of [1, 2, 3]) write(counter);
    disk.crash();
    settle();
    expect(done).toEqual([]);
    kept.add(lastZxidOf(disk.image));
  }
  expect([...kept].sort()).toEqual([0, 1, 2, 3].map(zxid));
});

test("a wiped disk is empty and has another name", () => {
  const { disk, write, settle } = start();
  write(1);
  settle();
  disk.crash();
  disk.wipe(2 as StoreId);
  expect(storedHistoryOf(disk.image, 0)).toMatchObject({ storeId: 2, proposals: [], committed: 0 });
});

test("a snapshot purges the log behind it, and a learner that needs more is told so", () => {
  const { disk, write, settle } = start();
  for (const counter of [1, 2, 3, 4]) write(counter, counter - 1);
  const snapshot = { zxid: zxid(3), members: new Map(), chunks: [new Uint8Array(1)] };
  disk.submit({
    type: "snapshot",
    write: { snapshot, committed: zxid(3), purgeThrough: zxid(2) },
    done: () => undefined,
  });
  const answers: SyncReadResult[] = [];
  for (const [id, after] of [1, 2, 3].entries()) {
    disk.submit({
      type: "read",
      read: { id, kind: "log", after: zxid(after), bytesMax: 5 },
      done: (answer) => answers.push(answer),
    });
  }
  settle();
  expect(answers).toEqual([
    { id: 0, kind: "gone" },
    { id: 1, kind: "log", proposals: [proposal(3)] },
    { id: 2, kind: "log", proposals: [proposal(4)] },
  ]);
  const { logStart, snapshotZxid, proposals } = storedHistoryOf(disk.image, 1_000);
  expect({ logStart, snapshotZxid }).toEqual({ logStart: zxid(2), snapshotZxid: zxid(3) });
  expect(proposals).toEqual([proposal(3), proposal(4)]);
});

test("an append that does not fit the log is no write at all", () => {
  const { write, settle } = start();
  write(2);
  expect(settle).toThrow(/append of 0x100000002/);
});
