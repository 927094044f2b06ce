/** Names one span for all time (W3C Trace Context): 32 and 16 hex digits in lower case. */
export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
}

/** A span of another process, as its `traceparent` says. */
export interface RemoteContext extends SpanContext {
  /** Whoever began the trace wants it recorded. */
  readonly sampled: boolean;
}

/** Later versions may go on behind the flags. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;
const SAMPLED = 1;

/** What a `traceparent` header says; undefined when there is none that can be understood. */
export function parseTraceparent(header: unknown): RemoteContext | undefined {
  if (typeof header !== "string") return undefined;
  const [, version, traceId = "", spanId = "", flags = "", more] = TRACEPARENT.exec(header) ?? [];
  if (version === undefined || version === "ff" || (version === "00" && more === "-")) {
    return undefined;
  }
  if (isZero(traceId) || isZero(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

/** The header of a span that is recorded. */
export function formatTraceparent({ traceId, spanId }: SpanContext): string {
  return `00-${traceId}-${spanId}-01`;
}

/** What a log line says about the trace that it belongs to. */
export function traceFields({ traceId, spanId }: SpanContext): {
  readonly trace_id: string;
  readonly span_id: string;
} {
  return { trace_id: traceId, span_id: spanId };
}

function isZero(id: string): boolean {
  return /^0+$/.test(id);
}
