export * from "./config.ts";
export * from "./health-server.ts";
export * from "./run-service.ts";
