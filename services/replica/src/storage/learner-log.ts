import { counterOf, epochOf, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import { EPOCH_RANGE } from "./log-table.ts";
import type { Store } from "./store.ts";

/**
 * So many take a server some three seconds, a snapshot of a small tree one. The log may be kept for
 * millions more, most of which change what others have changed since.
 */
const LEARNER_TXNS_MAX = 250_000;

/** Where the log begins, for servers that catch up. It may reach back further, and never begins behind this. */
export function learnerLogStart(
  { log, snapshots }: Pick<Store, "log" | "snapshots">,
  txnsMax = LEARNER_TXNS_MAX,
): Zxid {
  const [newest, oldestKept] = snapshots.completed();
  const start = log.start ?? newest?.zxid ?? ZXID_ZERO;
  if (oldestKept === undefined || oldestKept.zxid <= start) return start;
  // What a start needs is there in any case, and all before it is committed.
  const from = Math.min(zxidBack(log, txnsMax), oldestKept.zxid);
  // Where a batch ends.
  return log.lastBefore(from + 1) ?? start;
}

/** So many txns before the end of the log. */
function zxidBack(log: Store["log"], txns: number): number {
  let left = txns;
  let end = log.newest;
  while (end !== undefined && counterOf(end) <= left) {
    left -= counterOf(end);
    end = log.lastBefore(epochOf(end) * EPOCH_RANGE);
  }
  return end === undefined ? ZXID_ZERO : end - left;
}
