import type { Sampling } from "./tracer.ts";

/** Where traces go and how much may wait. */
export interface OtlpSettings {
  /** Of the receiver: http://host:4318/v1/traces. */
  readonly url: string;
  /** Spans that wait for their delivery; more are dropped. */
  readonly queueMax: number;
  /** Spans in one message. */
  readonly batchMax: number;
  /** How long a span waits for others. */
  readonly delayMs: number;
  /** Longest time for the delivery of one message. */
  readonly timeoutMs: number;
}

export interface TracingSettings {
  readonly otlp: OtlpSettings;
  readonly sampling: Sampling;
}

/** What a process says of itself: the resource of its spans. */
export interface ServiceIdentity {
  /** The kind of process: meerkat-gateway. */
  readonly serviceName: string;
  /** Which one: gateway-2. */
  readonly instance: string;
  /** The ensemble. */
  readonly namespace: string;
  readonly version: string;
}
