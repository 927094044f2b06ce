/** What a receiver dropped, for metrics. A few at a restart are normal, many are not. */
export interface ReceiveCounters {
  /** Not a message of ours: another version, or somebody else's publish. */
  malformed: number;
  /** From a former run of its sender. */
  stale: number;
  /** In our own name: a second process runs under our id. */
  impostor: number;
  /** A voter's word where only observers may speak. */
  forged: number;
}

export function newReceiveCounters(): ReceiveCounters {
  return { malformed: 0, stale: 0, impostor: 0, forged: 0 };
}
