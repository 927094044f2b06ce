import { counter, gauge, histogram, type Metric, stateGauge } from "@meerkat/telemetry/metrics";
import type { ObserverHost } from "./observer-host.ts";

const PHASES = ["ELECTION", "DISCOVERY", "SYNCHRONIZATION", "BROADCAST"];

/** What a gateway tells of its part in the ensemble, and of what waits in it. */
export const OBSERVER_METRICS: readonly Metric<ObserverHost>[] = [
  histogram(
    "propagation_latency",
    "From the leader's clock in a batch to its being applied here, in ms",
    ({ observer }) => observer.learning.propagationMs,
  ),
  stateGauge(
    "meerkat_zab_phase",
    "1 for the phase of ZAB that this gateway is in",
    { label: "phase", states: PHASES },
    ({ observer }) => observer.status.zabState,
  ),
  gauge("meerkat_serving", "1 while reads and writes are served here", ({ observer }) =>
    observer.readiness().ready ? 1 : 0,
  ),
  gauge(
    "meerkat_epoch",
    "The epoch that it is in, or was in last",
    ({ observer }) => observer.status.epoch,
  ),
  gauge(
    "meerkat_applied_zxid",
    "The newest transaction in its tree",
    ({ observer }) => observer.position,
  ),
  counter(
    "meerkat_delivered_batches_total",
    "Committed batches that came into the tree",
    ({ observer }) => observer.learning.appliedBatches,
  ),
  counter(
    "meerkat_delivered_txns_total",
    "Committed transactions that came into the tree",
    ({ observer }) => observer.learning.appliedTxns,
  ),
  counter(
    "meerkat_tree_replaced_total",
    "How often a snapshot of the leader took the place of the tree",
    ({ observer }) => observer.learning.replacements,
  ),
  counter(
    "meerkat_diverged_total",
    "How often the tree differed from the leader's and was fetched anew",
    ({ observer }) => observer.learning.divergences,
  ),
  gauge(
    "meerkat_apply_backlog_bytes",
    "Delivered and not applied yet, in bytes",
    ({ observer }) => observer.backlogBytes,
  ),
  gauge(
    "meerkat_requests_sent",
    "Requests that are with the leader",
    ({ observer }) => observer.load.sentCount,
  ),
  gauge(
    "meerkat_requests_sent_bytes",
    "Requests that are with the leader, in bytes",
    ({ observer }) => observer.load.sentBytes,
  ),
  gauge(
    "meerkat_requests_waiting",
    "Requests that wait for their turn, for room or for a leader",
    ({ observer }) => observer.load.waitingCount,
  ),
  gauge(
    "meerkat_requests_waiting_bytes",
    "The same in bytes",
    ({ observer }) => observer.load.waitingBytes,
  ),
  gauge(
    "meerkat_reads_waiting",
    "Reads that wait for a write, a barrier or a zxid",
    ({ observer }) => observer.load.readsWaiting,
  ),
  counter(
    "meerkat_requests_expired_total",
    "Requests that were given up because they took too long",
    ({ observer }) => observer.counters.expired,
  ),
  counter("meerkat_requests_refused_total", "Requests refused at once, by reason", refused, [
    "reason",
  ]),
  counter("meerkat_dropped_messages_total", "Messages that were not taken, by cause", dropped, [
    "cause",
  ]),
];

function refused({ observer }: ObserverHost) {
  const { refusedNoQuorum, refusedFull } = observer.counters;
  return [
    { labels: { reason: "no-quorum" }, value: refusedNoQuorum },
    { labels: { reason: "full" }, value: refusedFull },
  ];
}

function dropped({ received, malformed }: ObserverHost) {
  return [
    { labels: { cause: "malformed" }, value: received.malformed + malformed },
    { labels: { cause: "stale" }, value: received.stale },
    { labels: { cause: "impostor" }, value: received.impostor },
  ];
}
