import { type Attributes, SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from "@opentelemetry/resources";
import { BatchSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Logger } from "../logger.ts";
import type { OtlpSettings, ServiceIdentity } from "./settings.ts";
import type { Attributes as OurAttributes, Span, SpanCounters, SpanSink } from "./span.ts";
import type { SpanContext } from "./trace-context.ts";
import { WallClock } from "./wall-clock.ts";
import { WatchedExporter } from "./watched-exporter.ts";

/*
 * The only file that loads OpenTelemetry, which takes some 30 MB: `startTracing` imports it when traces
 * are to be exported. Spans are over when they come here, so of the SDK we need what follows then:
 * the queue, the batches, and OTLP over HTTP with its retries.
 */

const SCOPE = { name: "meerkat" };
/** A receiver that is away must not hold up the end of the process. */
const STOP_WAIT_MS = 2_000;

const KINDS: Readonly<Record<Span["kind"], SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** Delivers spans to an OTLP receiver, as many as fit into its queue, and drops the rest. */
export class OtlpSink implements SpanSink {
  readonly #exporter: WatchedExporter;
  readonly #processor: BatchSpanProcessor;
  readonly #resource: Resource;
  readonly #clock = new WallClock();

  constructor(settings: OtlpSettings, identity: ServiceIdentity, log: Logger) {
    this.#exporter = new WatchedExporter(new OTLPTraceExporter({ url: settings.url }), {
      url: settings.url,
      queueMax: settings.queueMax,
      log,
    });
    this.#processor = new BatchSpanProcessor({
      exporter: this.#exporter,
      maxQueueSize: settings.queueMax,
      maxExportBatchSize: Math.min(settings.batchMax, settings.queueMax),
      scheduledDelayMillis: settings.delayMs,
      exportTimeoutMillis: settings.timeoutMs,
    });
    this.#resource = resourceOf(identity);
  }

  get counters(): SpanCounters {
    return this.#exporter.counters;
  }

  get isFull(): boolean {
    return this.#exporter.isFull;
  }

  add(span: Span): void {
    if (!this.#exporter.admit()) return;
    this.#processor.onEnd(this.#readable(span));
  }

  /** Sends what is left, for as long as that may take. */
  async stop(): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, STOP_WAIT_MS).unref());
    // What could not be delivered has been logged by then.
    await Promise.race([this.#processor.shutdown().catch(() => undefined), late]);
  }

  #readable(span: Span): ReadableSpan {
    const { name, kind, parent, startMs, error } = span;
    const endMs = Math.max(startMs, span.endMs);
    const context = contextOf(span.context);
    return {
      name,
      kind: KINDS[kind],
      spanContext: () => context,
      ...(parent !== undefined && {
        parentSpanContext: contextOf(parent, span.hasRemoteParent),
      }),
      startTime: this.#hrTime(startMs),
      endTime: this.#hrTime(endMs),
      duration: splitMs(endMs - startMs),
      ended: true,
      status:
        error === undefined
          ? { code: SpanStatusCode.UNSET }
          : { code: SpanStatusCode.ERROR, message: error },
      attributes: definedOf(span.attributes),
      events: (span.events ?? []).map(({ name, atMs, attributes }) => ({
        name,
        time: this.#hrTime(atMs),
        attributes: definedOf(attributes),
      })),
      links: (span.links ?? []).map(({ context, attributes }) => ({
        context: contextOf(context, true),
        attributes: definedOf(attributes),
      })),
      resource: this.#resource,
      instrumentationScope: SCOPE,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }

  #hrTime(atMs: number): [number, number] {
    return splitMs(this.#clock.unixMs(atMs));
  }
}

/** What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say counts more than what a process says of itself. */
function resourceOf({ serviceName, instance, namespace, version }: ServiceIdentity): Resource {
  const own = resourceFromAttributes({
    "service.name": serviceName,
    "service.namespace": namespace,
    "service.instance.id": instance,
    "service.version": version,
    "process.pid": process.pid,
  });
  const given = detectResources({
    detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector],
  });
  return defaultResource().merge(own).merge(given);
}

function contextOf({ traceId, spanId }: SpanContext, isRemote = false) {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote };
}

/** Seconds and nanoseconds. */
function splitMs(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1_000) * 1_000];
}

function definedOf(attributes: OurAttributes | undefined): Attributes {
  const defined: Attributes = {};
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined) defined[key] = value;
  }
  return defined;
}
