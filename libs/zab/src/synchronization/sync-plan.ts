import { EPOCH_ENDS_MAX } from "../history/epoch-ends.ts";
import { epochOf, type Zxid } from "../zxid.ts";

/** How a leader brings one learner's history to its own. */
export type SyncPlan =
  | { readonly mode: "DIFF"; readonly after: Zxid }
  | { readonly mode: "TRUNC"; readonly to: Zxid }
  | { readonly mode: "SNAP" };

/** A history as far as planning needs it: `ends` as in ACKEPOCH, ascending. */
export interface HistoryOutline {
  readonly ends: readonly Zxid[];
  readonly lastZxid: Zxid;
}

export interface LeaderOutline extends HistoryOutline {
  /** The leader's log continues from here; before it there is only a snapshot. */
  readonly logStart: Zxid;
}

/** Where the learner's history leaves the leader's decides; the leader's log reaches back so far or not. */
export function planSync(leader: LeaderOutline, learner: HistoryOutline): SyncPlan {
  const common = lastCommonZxid(leader, learner);
  if (common === undefined || common < leader.logStart) return { mode: "SNAP" };
  if (common < learner.lastZxid) return { mode: "TRUNC", to: common };
  return { mode: "DIFF", after: common };
}

/**
 * Two servers that both hold a transaction of one epoch agree on everything before it, since that
 * epoch's leader made sure of it. So the histories part in or after the newest epoch that both
 * have: at the nearer of the two ends. Undefined when the outlines do not reach back far enough:
 * behind the base of a full outline, epochs may have been left out.
 */
function lastCommonZxid(leader: HistoryOutline, learner: HistoryOutline): Zxid | undefined {
  const oldest = learner.ends.length < EPOCH_ENDS_MAX ? 0 : 1;
  for (let i = learner.ends.length - 1; i >= oldest; i--) {
    const end = learner.ends[i] as Zxid;
    const leaderEnd = leader.ends.findLast((zxid) => epochOf(zxid) === epochOf(end));
    if (leaderEnd !== undefined) return Math.min(end, leaderEnd) as Zxid;
  }
  return undefined;
}
