export * from "./config.ts";
export { ENSEMBLE_SPECS } from "./ensemble-specs.ts";
export { NATS_METRICS, type NatsFacts } from "./nats-metrics.ts";
export { type NatsSettings, natsSettings } from "./nats-specs.ts";
export * from "./operations-server.ts";
export * from "./run-service.ts";
export { Ticker, type TickerOptions } from "./ticker.ts";
export { TRACING_SPECS, tracingSettings } from "./tracing-specs.ts";
export * from "./tree-specs.ts";
