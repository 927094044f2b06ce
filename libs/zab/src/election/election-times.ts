import type { ElectionConfig } from "./election-config.ts";

/** An elector's tick is a fifth of the ensemble's: 10 ms of 50. */
export const ELECTOR_TICKS_PER_TICK = 5;

/**
 * A LOOKING replica reports to its elector at each of its ticks. One that leads or follows is asked
 * when somebody wants to know; unasked it reports so often only, in its own ticks.
 */
export const CLAIM_REPORT_TICKS = 20;

type Times = Omit<ElectionConfig, "self" | "voters">;

export function electorTickMs(tickTimeMs: number): number {
  return Math.max(1, Math.round(tickTimeMs / ELECTOR_TICKS_PER_TICK));
}

/** The election's times for an ensemble whose learners give a silent leader up after `syncLimitTicks`. */
export function electionTimes(syncLimitTicks: number): Times {
  const learnersWaitTicks = syncLimitTicks * ELECTOR_TICKS_PER_TICK;
  return {
    finalizeWaitTicks: 2,
    resendTicks: ELECTOR_TICKS_PER_TICK,
    peerSilenceTicks: 4 * ELECTOR_TICKS_PER_TICK,
    replicaSilenceTicks: 8 * ELECTOR_TICKS_PER_TICK,
    claimSilenceTicks: 3 * CLAIM_REPORT_TICKS * ELECTOR_TICKS_PER_TICK,
    claimFreshTicks: ELECTOR_TICKS_PER_TICK,
    hearsayTicks: Math.ceil(learnersWaitTicks * 1.5),
    adviceRepeatTicks: 2,
    adviceExpiryTicks: 6 * ELECTOR_TICKS_PER_TICK,
  };
}
