import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "../logger.ts";

type Done = Parameters<SpanExporter["export"]>[1];
type Result = Parameters<Done>[0];

/** `ExportResultCode.SUCCESS` of OpenTelemetry. */
const SUCCESS = 0;

/** Counts what waits, so that nothing is made in vain, and says once when deliveries begin to fail or work again. */
export class WatchedExporter implements SpanExporter {
  /** Since the start of the process. */
  readonly counters = { delivered: 0, undelivered: 0, dropped: 0 };
  readonly #inner: SpanExporter;
  readonly #url: string;
  readonly #queueMax: number;
  readonly #log: Logger;
  #waiting = 0;
  #dropped = 0;
  #isAway = false;
  #isDropping = false;

  constructor(
    inner: SpanExporter,
    options: { readonly url: string; readonly queueMax: number; readonly log: Logger },
  ) {
    this.#inner = inner;
    this.#url = options.url;
    this.#queueMax = options.queueMax;
    this.#log = options.log;
  }

  get isFull(): boolean {
    return this.#waiting >= this.#queueMax;
  }

  /** A span is about to join the queue. False when there is no room. */
  admit(): boolean {
    if (this.isFull) {
      this.#dropped += 1;
      this.counters.dropped += 1;
      return false;
    }
    this.#waiting += 1;
    return true;
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.#waiting -= spans.length;
    this.#inner.export(spans, (result) => {
      const isDelivered = result.code === SUCCESS;
      this.counters[isDelivered ? "delivered" : "undelivered"] += spans.length;
      this.#noteDelivery(result);
      this.#noteDropped();
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown();
  }

  #noteDelivery({ code, error }: Result): void {
    const isAway = code !== SUCCESS;
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    if (isAway) {
      const why = error?.message ?? "no reason given";
      this.#log.warn(
        `Traces cannot be delivered to ${this.#url}: ${why}. They are dropped until it takes them again; ` +
          "nothing else waits for it. See whether the receiver runs and OTEL_EXPORTER_OTLP_ENDPOINT is right",
      );
    } else this.#log.info(`Traces are delivered to ${this.#url} again`);
  }

  #noteDropped(): void {
    const isDropping = this.#dropped > 0;
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (isDropping === this.#isDropping) return;
    this.#isDropping = isDropping;
    // A receiver that is away explains it.
    if (this.#isAway) return;
    if (isDropping) {
      this.#log.warn(
        { dropped },
        "Traces are incomplete: spans come faster than they are delivered. " +
          "Lower OTEL_TRACES_SAMPLER_ARG, or raise OTEL_BSP_MAX_QUEUE_SIZE",
      );
    } else this.#log.info("Traces are complete again");
  }
}
