import { randomInt } from "node:crypto";
import type { StoreId } from "@meerkat/zab";

const HIGH_RANGE = 2 ** 21;
const LOW_RANGE = 2 ** 32;

/** A new identity for a data folder: 1 … 2^53 − 1, never drawn twice in practice. */
export function randomStoreId(): StoreId {
  return (randomInt(HIGH_RANGE) * LOW_RANGE + randomInt(1, LOW_RANGE)) as StoreId;
}
