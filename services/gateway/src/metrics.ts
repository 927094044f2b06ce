import { bindShared, SHARED_METRICS, type SharedFacts } from "@meerkat/service";
import { type BoundMetric, bind } from "@meerkat/telemetry/metrics";
import { HTTP_METRICS, type HttpTraffic } from "./http/http-traffic.ts";
import type { ObserverHost } from "./observer/observer-host.ts";
import { OBSERVER_METRICS } from "./observer/observer-metrics.ts";
import type { WatchFeed } from "./watch/watch-feed.ts";
import { WATCH_METRICS } from "./watch/watch-metrics.ts";
import type { WireDoor } from "./wire/wire-door.ts";
import { WIRE_METRICS } from "./wire/wire-metrics.ts";

/** Everything that a gateway exports. */
export const METRICS = [
  ...WIRE_METRICS,
  ...OBSERVER_METRICS,
  ...HTTP_METRICS,
  ...WATCH_METRICS,
  ...SHARED_METRICS,
];

export interface MetricsFacts {
  readonly wire: WireDoor;
  readonly host: ObserverHost;
  readonly traffic: HttpTraffic;
  readonly watch: WatchFeed;
  readonly shared: SharedFacts;
}

export function bindMetrics(facts: MetricsFacts): readonly BoundMetric[] {
  return [
    ...bind(WIRE_METRICS, facts.wire.facts),
    ...bind(OBSERVER_METRICS, facts.host),
    ...bind(HTTP_METRICS, facts.traffic),
    ...bind(WATCH_METRICS, facts.watch),
    ...bindShared(facts.shared),
  ];
}
