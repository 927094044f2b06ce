export * from "./logger.ts";
export * from "./tracing/index.ts";
