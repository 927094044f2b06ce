import { bindShared, SHARED_METRICS, type SharedFacts } from "@meerkat/service";
import { type BoundMetric, bind, counter, gauge, type Metric } from "@meerkat/telemetry/metrics";
import type { ReceiveCounters } from "@meerkat/transport";
import type { Elector } from "./elector.ts";

/** Of all electors that this process hosts, by the replica that each elects for. */
const ELECTION_METRICS: readonly Metric<readonly Elector[]>[] = [
  gauge(
    "meerkat_elector_connected",
    "1 while the elector is connected to NATS",
    (electors) => electors.map((elector) => sample(elector, elector.connected ? 1 : 0)),
    ["server"],
  ),
  gauge(
    "meerkat_election_round",
    "Round of the elector's newest election (electionEpoch)",
    (electors) => electors.map((elector) => sample(elector, elector.round)),
    ["server"],
  ),
  counter(
    "meerkat_elector_changes_total",
    "How often what the elector advises or waits for has changed",
    (electors) => electors.map((elector) => sample(elector, elector.changes)),
    ["server"],
  ),
  counter(
    "meerkat_dropped_messages_total",
    "Messages that were not taken, by cause",
    (electors) => CAUSES.map((cause) => ({ labels: { cause }, value: sumOf(electors, cause) })),
    ["cause"],
  ),
];

/** Everything that an election process exports. */
export const METRICS = [...ELECTION_METRICS, ...SHARED_METRICS];

export function bindMetrics(
  electors: readonly Elector[],
  shared: SharedFacts,
): readonly BoundMetric[] {
  return [...bind(ELECTION_METRICS, electors), ...bindShared(shared)];
}

const CAUSES = ["malformed", "stale", "impostor"] as const;

function sample({ self }: Elector, value: number) {
  return { labels: { server: String(self) }, value };
}

function sumOf(electors: readonly Elector[], cause: keyof ReceiveCounters): number {
  return electors.reduce((sum, { received }) => sum + received[cause], 0);
}
