export * from "./eventually.ts";
export * from "./nats-server.ts";
export * from "./read-stream.ts";
