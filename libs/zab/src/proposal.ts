import type { ServerId, StoreId } from "./ids.ts";
import type { Zxid } from "./zxid.ts";

/**
 * One batch of transactions: the unit of proposing, logging, acknowledging, committing and
 * truncating. It holds the zxids `first … last` of one epoch without a gap and names the zxid it
 * follows, so that a receiver sees a hole without any help from the network.
 *
 * A batch is never split, and every server that holds it holds the same bytes.
 */
export interface Proposal {
  readonly previous: Zxid;
  readonly first: Zxid;
  readonly last: Zxid;
  /** "txns" is for the host; "admission" is ZAB's own (see ADR 0001) and spends one zxid. */
  readonly kind: "txns" | "admission";
  readonly payload: Uint8Array;
}

/**
 * Whose word counts: the data folder that speaks for each voter. It changes only by a committed
 * "admission" proposal, so that a wiped voter's forgotten promises cannot be counted beside its
 * new ones.
 */
export type Members = ReadonlyMap<ServerId, StoreId>;
