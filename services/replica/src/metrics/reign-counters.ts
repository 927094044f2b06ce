/** What this replica did for gateways and sessions whenever it led, since its start. */
export interface ReignCounters {
  requests: number;
  /** Gaps in a gateway's numbers, and so how often one was asked to send again. */
  resendsAsked: number;
  sessionsExpired: number;
  /** Messages that are none of ours. */
  malformed: number;
}

export function newReignCounters(): ReignCounters {
  return { requests: 0, resendsAsked: 0, sessionsExpired: 0, malformed: 0 };
}
