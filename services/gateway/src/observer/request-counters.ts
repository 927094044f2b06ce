/** What became of the requests that were not answered, since the start of the gateway. */
export interface RequestCounters {
  /** Given up because they took too long. */
  expired: number;
  /** Refused at once: no leader was heard of for a while, or too many waited already. */
  refusedNoQuorum: number;
  refusedFull: number;
}

export function newRequestCounters(): RequestCounters {
  return { expired: 0, refusedNoQuorum: 0, refusedFull: 0 };
}

/** Requests under way, as it is now. */
export interface RequestLoad {
  readonly sentCount: number;
  readonly sentBytes: number;
  /** For their turn, for room or for a leader. */
  readonly waitingCount: number;
  readonly waitingBytes: number;
  readonly readsWaiting: number;
}
