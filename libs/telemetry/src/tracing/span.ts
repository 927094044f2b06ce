import type { SpanContext } from "./trace-context.ts";

/** As OpenTelemetry has them: who waits for whom. */
export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanEvent {
  readonly name: string;
  /** ms of `performance.now()`. */
  readonly atMs: number;
  readonly attributes?: Attributes;
}

export interface SpanLink {
  readonly context: SpanContext;
  readonly attributes?: Attributes;
}

/**
 * A span that is over, as it is written. Times are ms of this process's `performance.now()`; the
 * tracer makes wall-clock time of them.
 */
export interface Span {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: SpanContext;
  readonly parent?: SpanContext | undefined;
  /** The parent is a span of another process. */
  readonly hasRemoteParent?: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes?: Attributes;
  readonly events?: readonly SpanEvent[];
  readonly links?: readonly SpanLink[];
  /** It failed, and this sentence says how. */
  readonly error?: string | undefined;
}

/** Where spans go. Never waits, never throws. */
export interface SpanSink {
  /** What is added now would be dropped. */
  readonly isFull: boolean;
  add(span: Span): void;
}

/** What became of the spans that were to be exported, since the start of the process. */
export interface SpanCounters {
  readonly delivered: number;
  /** The receiver did not take them. */
  readonly undelivered: number;
  /** There was no room in the queue. */
  readonly dropped: number;
}
