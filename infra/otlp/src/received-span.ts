export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface ReceivedEvent {
  readonly name: string;
  /** Unix time in µs. */
  readonly atUs: number;
  readonly attributes: Attributes;
}

export interface ReceivedLink {
  readonly traceId: string;
  readonly spanId: string;
}

/** A span as it came over OTLP, with what its process says of itself. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  /** Unix time in µs, which a number holds exactly. */
  readonly startUs: number;
  readonly endUs: number;
  readonly attributes: Attributes;
  readonly events: readonly ReceivedEvent[];
  readonly links: readonly ReceivedLink[];
  /** `unset`, `ok` or `error`, and what was said about it. */
  readonly status: { readonly code: string; readonly message: string };
  readonly resource: Attributes;
}
