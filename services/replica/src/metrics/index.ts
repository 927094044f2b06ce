import { bindShared, SHARED_METRICS, type SharedFacts } from "@meerkat/service";
import { type BoundMetric, bind } from "@meerkat/telemetry/metrics";
import { WATCH_METRICS } from "../watch/watch-metrics.ts";
import type { WatchPublisher } from "../watch/watch-publisher.ts";
import { REPLICA_METRICS, type ReplicaFacts } from "./replica-metrics.ts";

/** Everything that a replica exports. */
export const METRICS = [...REPLICA_METRICS, ...WATCH_METRICS, ...SHARED_METRICS];

export interface MetricsFacts extends ReplicaFacts {
  /** Undefined where watch events are off. */
  readonly watch: WatchPublisher | undefined;
  readonly shared: SharedFacts;
}

export function bindMetrics(facts: MetricsFacts): readonly BoundMetric[] {
  return [
    ...bind(REPLICA_METRICS, facts),
    ...bind(WATCH_METRICS, facts),
    ...bindShared(facts.shared),
  ];
}
