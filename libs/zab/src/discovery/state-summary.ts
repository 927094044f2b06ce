import type { Epoch, Zxid } from "../zxid.ts";

/** How much a server knows: the last epoch whose history it took over, and the end of its history. */
export interface StateSummary {
  readonly currentEpoch: Epoch;
  readonly lastZxid: Zxid;
}

/** The order in which histories are preferred: epoch first, then length. */
export function isMoreRecentThan(one: StateSummary, other: StateSummary): boolean {
  if (one.currentEpoch !== other.currentEpoch) return one.currentEpoch > other.currentEpoch;
  return one.lastZxid > other.lastZxid;
}
