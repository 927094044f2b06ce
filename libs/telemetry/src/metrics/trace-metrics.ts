import type { SpanCounters } from "../tracing/span.ts";
import { counter, type Metric } from "./metric.ts";

/** What became of spans; nothing to tell where traces are off. */
export const TRACE_METRICS: readonly Metric<{ readonly spans: SpanCounters | undefined }>[] = [
  counter(
    "meerkat_spans_delivered_total",
    "Spans of traces that the receiver took",
    ({ spans }) => spans?.delivered,
  ),
  counter(
    "meerkat_spans_lost_total",
    "Spans of traces that the receiver did not take, or that had no room in the queue",
    ({ spans }) => spans && spans.undelivered + spans.dropped,
  ),
];
