import type { SpanCounters } from "@meerkat/telemetry";
import {
  type BoundMetric,
  bind,
  type Histogram,
  PROCESS_METRICS,
  processFacts,
  TRACE_METRICS,
} from "@meerkat/telemetry/metrics";
import { NATS_METRICS, type NatsFacts } from "./nats-metrics.ts";

/** What every process of ours tells: of its traces, its connections to NATS, and itself. */
export const SHARED_METRICS = [...TRACE_METRICS, ...NATS_METRICS, ...PROCESS_METRICS];

export interface SharedFacts {
  readonly version: string;
  readonly nats: readonly NatsFacts[];
  /** Undefined where traces are off. */
  readonly spans: SpanCounters | undefined;
  readonly tickDelayMs: Histogram;
}

export function bindShared(facts: SharedFacts): readonly BoundMetric[] {
  const { version, nats, spans, tickDelayMs } = facts;
  return [
    ...bind(TRACE_METRICS, { spans }),
    ...bind(NATS_METRICS, nats),
    ...bind(PROCESS_METRICS, processFacts(version, tickDelayMs)),
  ];
}
