import { newSpanId, newTraceId } from "./ids.ts";
import { Budget, RatioSampler } from "./sampler.ts";
import type { Span, SpanSink } from "./span.ts";
import type { RemoteContext, SpanContext } from "./trace-context.ts";

export interface Sampling {
  /** Share of the requests without a parent that begin a trace, 0 to 1. */
  readonly ratio: number;
  /** A parent's word counts; otherwise only the ratio does. */
  readonly parentBased: boolean;
  /** What takes so long is written down afterwards, sampled or not; ms. */
  readonly slowMs: number;
  /** Traces begun here in a second, and once more as many of slow and failed requests. */
  readonly tracesPerSecondMax: number;
}

/**
 * Decides which requests are traced, and takes spans when they are over. There is none in a process
 * that exports no traces: whoever holds a `Tracer | undefined` pays for a null check.
 */
export class Tracer {
  /** A request that took so long is traced in any case, ms. */
  readonly slowMs: number;
  readonly #sink: SpanSink;
  readonly #parentBased: boolean;
  readonly #sampler: RatioSampler;
  readonly #begun: Budget;
  readonly #late: Budget;

  constructor(sampling: Sampling, sink: SpanSink, random?: () => number) {
    this.slowMs = sampling.slowMs;
    this.#sink = sink;
    this.#parentBased = sampling.parentBased;
    this.#sampler = new RatioSampler(sampling.ratio, random);
    this.#begun = new Budget(sampling.tracesPerSecondMax);
    this.#late = new Budget(sampling.tracesPerSecondMax);
  }

  /** Whether the next request, of which nobody said anything, begins a trace. `nowMs` may be a little old. */
  samplesRoot(nowMs: number): boolean {
    return this.#sampler.take() && this.#begun.take(nowMs);
  }

  /** The same for one that comes with a parent, or without. */
  samples(parent: RemoteContext | undefined, nowMs: number): boolean {
    if (parent !== undefined && this.#parentBased) return parent.sampled;
    return this.samplesRoot(nowMs);
  }

  /** Whether one that was not sampled, and turned out slow or failed, is written down after all. */
  samplesLate(nowMs: number): boolean {
    return this.#late.take(nowMs);
  }

  /** Names a new span below `parent`, or the first of a new trace. */
  newContext(parent?: SpanContext): SpanContext {
    return { traceId: parent?.traceId ?? newTraceId(), spanId: newSpanId() };
  }

  /** The export is behind: spans written now are lost, so whoever can do without making them should. */
  get isFull(): boolean {
    return this.#sink.isFull;
  }

  write(span: Span): void {
    this.#sink.add(span);
  }
}
