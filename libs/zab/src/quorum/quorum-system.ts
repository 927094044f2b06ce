import type { ServerId } from "../ids.ts";

/**
 * Which sets of voters may decide. Any two quorums of one system must share a voter: everything
 * ZAB promises rests on that. Weights and joint majorities are further implementations of this
 * interface; nothing else in the protocol counts voters.
 */
export interface QuorumSystem {
  readonly voters: readonly ServerId[];

  /** Whether the voters for which `has` holds contain a quorum. */
  contains(has: (voter: ServerId) => boolean): boolean;

  /**
   * The largest value that a quorum has reached: the voters whose value is at least the result
   * contain a quorum, and no larger value has that property. Values are not negative.
   */
  watermark(reachedBy: (voter: ServerId) => number): number;
}
