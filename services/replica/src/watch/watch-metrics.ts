import { counter, gauge, type Metric, stateGauge } from "@meerkat/telemetry/metrics";
import type { WatchPublisher } from "./watch-publisher.ts";

const STATES = ["following", "opening", "publishing", "unavailable"];

/** Nothing to tell where watch events are off. */
interface Facts {
  readonly watch: WatchPublisher | undefined;
}

/** How the publishing of watch events is (docs/watch-events.md). */
export const WATCH_METRICS: readonly Metric<Facts>[] = [
  stateGauge(
    "meerkat_watch_publisher_state",
    "1 for what this replica does about watch events; only the leader publishes",
    { label: "state", states: STATES },
    ({ watch }) => watch?.status.state ?? "off",
  ),
  gauge(
    "meerkat_watch_lag_txns",
    "Transactions that the stream of watch events does not have yet; at the leader",
    ({ watch }) => leading(watch)?.lagTxns,
  ),
  gauge(
    "meerkat_watch_published_zxid",
    "Everything up to this zxid is in the stream; at the leader",
    ({ watch }) => leading(watch)?.publishedZxid,
  ),
  counter(
    "meerkat_watch_events_stored_total",
    "Watch events that the stream took from this replica",
    ({ watch }) => watch?.status.storedEvents,
  ),
  counter(
    "meerkat_watch_events_announced_total",
    "Watch events that went only to those who listened, while there was no stream",
    ({ watch }) => watch?.status.announcedEvents,
  ),
  counter(
    "meerkat_watch_gaps_total",
    "Gaps in the stream that could not be filled: what was missing had left the log",
    ({ watch }) => watch?.status.gaps,
  ),
  counter(
    "meerkat_watch_failures_total",
    "How often the stream did not take something",
    ({ watch }) => watch?.status.failures,
  ),
];

function leading(watch: WatchPublisher | undefined) {
  const status = watch?.status;
  return status?.state === "following" ? undefined : status;
}
