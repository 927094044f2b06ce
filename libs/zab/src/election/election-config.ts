import type { ServerId } from "../ids.ts";

/** Times are in ticks of the elector, which are shorter than the ensemble's (10 ms is usual). */
export interface ElectionConfig {
  readonly self: ServerId;
  /** All voters of the ensemble, `self` among them. */
  readonly voters: readonly ServerId[];
  /** ZooKeeper's finalizeWait: how long a quorum's agreement waits for a better vote. */
  readonly finalizeWaitTicks: number;
  /** While LOOKING the notification is sent again so often. */
  readonly resendTicks: number;
  /** What another elector said counts so long; it says it again every resendTicks. */
  readonly peerSilenceTicks: number;
  /** A LOOKING replica that reports nothing for so long is not there. */
  readonly replicaSilenceTicks: number;
  /** A replica that leads or follows, and reports nothing for so long, is not there. */
  readonly claimSilenceTicks: number;
  /**
   * What a replica that leads or follows has reported is passed on for so long. Of anything older it
   * is asked first: it may be dead. Must be well below the time after which learners give their
   * leader up: otherwise an elector would still vouch for a dead leader when they ask.
   */
  readonly claimFreshTicks: number;
  /** How long followers must say that they follow somebody before they are believed without the leader's own elector. */
  readonly hearsayTicks: number;
  /** Advice is repeated so often while the replica is still LOOKING … */
  readonly adviceRepeatTicks: number;
  /** … and so long; then a new round begins. */
  readonly adviceExpiryTicks: number;
}

/** For ticks of 10 ms, and learners that give a silent leader up after 300 ms. */
export const ELECTION_TIMES_DEFAULT = {
  finalizeWaitTicks: 2,
  resendTicks: 5,
  peerSilenceTicks: 20,
  replicaSilenceTicks: 40,
  claimSilenceTicks: 300,
  claimFreshTicks: 5,
  hearsayTicks: 45,
  adviceRepeatTicks: 2,
  adviceExpiryTicks: 30,
} as const;
