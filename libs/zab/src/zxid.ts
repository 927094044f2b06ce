import { invariant } from "./invariant.ts";

declare const epochBrand: unique symbol;
declare const zxidBrand: unique symbol;

/** Number of one established leader's reign. Below 2^21, so that a zxid stays an exact number. */
export type Epoch = number & { readonly [epochBrand]: true };

/**
 * A zxid names one transaction for all time: the leader's epoch in the high 32 bits, its counter
 * in the low 32. Order of zxids is order of delivery, so they compare as plain numbers.
 *
 * Counter 0 is no transaction: `makeZxid(e, 0)` is the zxid of NEWLEADER(e).
 */
export type Zxid = number & { readonly [zxidBrand]: true };

export const EPOCH_MAX = 2 ** 21 - 1;
export const COUNTER_MAX = 2 ** 32 - 1;
const COUNTER_RANGE = 2 ** 32;

/** The zxid before every transaction; also the last zxid of an empty history. */
export const ZXID_ZERO = 0 as Zxid;
export const EPOCH_ZERO = 0 as Epoch;

export function makeEpoch(value: number): Epoch {
  invariant(Number.isInteger(value) && value >= 0, "an epoch is a whole number from 0", value);
  invariant(value <= EPOCH_MAX, "epoch beyond 2^21: the zxid would no longer be exact", value);
  return value as Epoch;
}

export function makeZxid(epoch: Epoch, counter: number): Zxid {
  invariant(counter >= 0, "counter is negative", counter);
  invariant(counter <= COUNTER_MAX, "counter rolled over: a new epoch is due", counter);
  return (epoch * COUNTER_RANGE + counter) as Zxid;
}

export function epochOf(zxid: Zxid): Epoch {
  return Math.floor(zxid / COUNTER_RANGE) as Epoch;
}

export function counterOf(zxid: Zxid): number {
  return zxid % COUNTER_RANGE;
}

/** As ZooKeeper prints it: `0x100000002`. */
export function formatZxid(zxid: Zxid): string {
  return `0x${zxid.toString(16)}`;
}
