import { counter, gauge, type Metric } from "@meerkat/telemetry/metrics";
import type { WatchFeed } from "./watch-feed.ts";

/** What a gateway tells of its event streams. */
export const WATCH_METRICS: readonly Metric<WatchFeed>[] = [
  gauge(
    "meerkat_watch_streams",
    "Event streams that are open (GET /v1/watch)",
    (feed) => feed.subscriberCount,
  ),
  counter(
    "meerkat_watch_streams_opened_total",
    "Event streams that were opened",
    ({ counters }) => counters.opened,
  ),
  counter(
    "meerkat_watch_streams_ended_total",
    "Event streams that this gateway ended: slow, gap or closing",
    ({ counters }) =>
      Object.entries(counters.ended).map(([reason, value]) => ({ labels: { reason }, value })),
    ["reason"],
  ),
  counter(
    "meerkat_watch_events_sent_total",
    "Events that were sent, each to each subscriber",
    ({ counters }) => counters.events,
  ),
  gauge(
    "meerkat_watch_unsent_bytes",
    "Events that subscribers have not taken yet, in bytes",
    (feed) => feed.unsentBytes,
  ),
  gauge(
    "meerkat_watch_recent_bytes",
    "Recent changes in memory, for subscribers who come back or are slow, in bytes",
    (feed) => feed.recentBytes,
  ),
];
