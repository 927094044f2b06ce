export type { OtlpSettings, ServiceIdentity, TracingSettings } from "./settings.ts";
export type {
  Attributes,
  Span,
  SpanCounters,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanSink,
} from "./span.ts";
export { startTracing, type Tracing } from "./start-tracing.ts";
export {
  formatTraceparent,
  parseTraceparent,
  type RemoteContext,
  type SpanContext,
  traceFields,
} from "./trace-context.ts";
export { type Sampling, Tracer } from "./tracer.ts";
