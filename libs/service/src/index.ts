export * from "./config.ts";
export { ENSEMBLE_SPECS } from "./ensemble-specs.ts";
export * from "./health-server.ts";
export { type NatsSettings, natsSettings } from "./nats-specs.ts";
export * from "./run-service.ts";
export { Ticker, type TickerOptions } from "./ticker.ts";
export { TRACING_SPECS, tracingSettings } from "./tracing-specs.ts";
export * from "./tree-specs.ts";
