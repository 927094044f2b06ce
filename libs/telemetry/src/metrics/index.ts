export * from "./histogram.ts";
export * from "./metric.ts";
export { METRICS_CONTENT_TYPE, MetricsPage } from "./metrics-page.ts";
export { PROCESS_METRICS, type ProcessFacts, processFacts } from "./process-metrics.ts";
export { TRACE_METRICS } from "./trace-metrics.ts";
