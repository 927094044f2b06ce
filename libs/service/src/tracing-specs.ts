import type { TracingSettings } from "@meerkat/telemetry";
import { bool, integer, share, str, text } from "./config.ts";

/** Empty is as good as unset, as OpenTelemetry has it. */
const URL_OR_EMPTY = { pattern: /^$|^https?:\/\/\S+$/, expected: "a URL like http://jaeger:4318" };

const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;
type SamplerName = (typeof SAMPLERS)[number];

/**
 * Traces are switched on by the variables that OpenTelemetry has for it. Those of
 * OTEL_EXPORTER_OTLP_ beside the endpoints are read by its exporter.
 */
export const TRACING_SPECS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: text({
    ...URL_OR_EMPTY,
    default: "",
    desc: "Base URL of an OTLP receiver (HTTP, protobuf), http://jaeger:4318; unset: no traces",
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: text({
    ...URL_OR_EMPTY,
    default: "",
    desc: "Whole URL for traces, instead of the base URL and /v1/traces",
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: str({
    default: "http/protobuf",
    choices: ["http/protobuf"],
    desc: "The one form of OTLP that is spoken here; a receiver has it at port 4318",
  }),
  OTEL_EXPORTER_OTLP_HEADERS: str({
    default: "",
    desc: "Headers of each export, name=value,name=value: what a receiver asks for to let us in",
  }),
  OTEL_EXPORTER_OTLP_TIMEOUT: integer({
    default: 10_000,
    min: 100,
    max: 600_000,
    desc: "Longest time for one export with its retries, ms",
  }),
  OTEL_EXPORTER_OTLP_COMPRESSION: str({
    default: "none",
    choices: ["none", "gzip"],
    desc: "Compression of exports",
  }),
  OTEL_EXPORTER_OTLP_CERTIFICATE: str({
    default: "",
    desc: "File with the certificates that vouch for an https receiver",
  }),
  OTEL_TRACES_EXPORTER: str({
    default: "otlp",
    choices: ["otlp", "none"],
    desc: "none switches traces off although an endpoint is set",
  }),
  OTEL_SDK_DISABLED: bool({ default: false, desc: "true switches traces off as well" }),
  OTEL_TRACES_SAMPLER: str({
    default: "parentbased_always_on",
    choices: [...SAMPLERS],
    desc: "Which requests are traced: as the caller says (parentbased), otherwise all, none or a share",
  }),
  OTEL_TRACES_SAMPLER_ARG: share({
    default: 1,
    desc: "Share of the requests that a traceidratio sampler takes, 0 to 1",
  }),
  OTEL_SERVICE_NAME: str({
    default: "",
    desc: "service.name of the spans [default: meerkat-replica, meerkat-gateway]",
  }),
  OTEL_RESOURCE_ATTRIBUTES: str({
    default: "",
    desc: "More about this process in its spans, name=value,name=value",
  }),
  OTEL_BSP_MAX_QUEUE_SIZE: integer({
    default: 4_096,
    min: 16,
    max: 1_000_000,
    desc: "Spans that wait for export; more are dropped",
  }),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: integer({
    default: 512,
    min: 1,
    max: 100_000,
    desc: "Spans in one export",
  }),
  OTEL_BSP_SCHEDULE_DELAY: integer({
    default: 1_000,
    min: 10,
    max: 600_000,
    desc: "How long a span waits for others to be exported with, ms",
  }),
  OTEL_BSP_EXPORT_TIMEOUT: integer({
    default: 30_000,
    min: 100,
    max: 600_000,
    desc: "When an export is given up, ms",
  }),
  MEERKAT_TRACE_SLOW_MS: integer({
    default: 1_000,
    min: 0,
    max: 600_000,
    desc: "A request that takes so long is traced whether it was sampled or not",
  }),
  MEERKAT_TRACES_PER_SECOND_MAX: integer({
    default: 100,
    min: 1,
    max: 1_000_000,
    desc: "Traces that one gateway begins in a second, whatever the sampler says, and as many late ones",
  }),
};

interface TracingConfig {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT: string;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: string;
  readonly OTEL_TRACES_EXPORTER: string;
  readonly OTEL_SDK_DISABLED: boolean;
  readonly OTEL_TRACES_SAMPLER: SamplerName;
  readonly OTEL_TRACES_SAMPLER_ARG: number;
  readonly OTEL_BSP_MAX_QUEUE_SIZE: number;
  readonly OTEL_BSP_MAX_EXPORT_BATCH_SIZE: number;
  readonly OTEL_BSP_SCHEDULE_DELAY: number;
  readonly OTEL_BSP_EXPORT_TIMEOUT: number;
  readonly MEERKAT_TRACE_SLOW_MS: number;
  readonly MEERKAT_TRACES_PER_SECOND_MAX: number;
}

/** Undefined when nothing is to be exported. */
export function tracingSettings(config: TracingConfig): TracingSettings | undefined {
  const url = tracesUrl(config);
  const isOff = config.OTEL_SDK_DISABLED || config.OTEL_TRACES_EXPORTER === "none";
  if (url === "" || isOff) return undefined;
  return {
    otlp: {
      url,
      queueMax: config.OTEL_BSP_MAX_QUEUE_SIZE,
      batchMax: config.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
      delayMs: config.OTEL_BSP_SCHEDULE_DELAY,
      timeoutMs: config.OTEL_BSP_EXPORT_TIMEOUT,
    },
    sampling: {
      ratio: ratioOf(config),
      parentBased: config.OTEL_TRACES_SAMPLER.startsWith("parentbased_"),
      slowMs: config.MEERKAT_TRACE_SLOW_MS,
      tracesPerSecondMax: config.MEERKAT_TRACES_PER_SECOND_MAX,
    },
  };
}

function tracesUrl(config: TracingConfig): string {
  if (config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== "") {
    return config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  }
  const base = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base === "" ? "" : `${base.replace(/\/$/, "")}/v1/traces`;
}

function ratioOf(config: TracingConfig): number {
  if (config.OTEL_TRACES_SAMPLER.endsWith("always_on")) return 1;
  if (config.OTEL_TRACES_SAMPLER.endsWith("always_off")) return 0;
  return config.OTEL_TRACES_SAMPLER_ARG;
}
