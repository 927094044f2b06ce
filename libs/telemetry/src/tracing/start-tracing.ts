import type { Logger } from "../logger.ts";
import type { ServiceIdentity, TracingSettings } from "./settings.ts";
import type { SpanCounters } from "./span.ts";
import { Tracer } from "./tracer.ts";

export interface Tracing {
  readonly tracer: Tracer;
  readonly counters: SpanCounters;
  /** Delivers what is left, within a bound. */
  stop(): Promise<void>;
}

/** Loads OpenTelemetry and begins; without settings nothing is loaded, and there is no tracer. */
export async function startTracing(
  settings: TracingSettings | undefined,
  identity: ServiceIdentity,
  log: Logger,
): Promise<Tracing | undefined> {
  if (settings === undefined) return undefined;
  const { OtlpSink } = await import("./otlp.ts");
  const sink = new OtlpSink(settings.otlp, identity, log);
  const { ratio, slowMs } = settings.sampling;
  log.info({ url: settings.otlp.url, ratio, slowMs }, `Traces go to ${settings.otlp.url}`);
  const tracer = new Tracer(settings.sampling, sink);
  return { tracer, counters: sink.counters, stop: () => sink.stop() };
}
