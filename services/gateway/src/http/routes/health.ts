import type { FastifyInstance } from "fastify";
import type { Door } from "../door.ts";
import { getLive, makeGetReady } from "../handlers/health.ts";
import { HealthAnswer } from "../schemas/health.ts";
import { answer } from "./answer-docs.ts";
import { routeOptions } from "./route-docs.ts";

const TAGS = ["health"];

const LIVE = routeOptions(
  {
    operationId: "getLive",
    tags: TAGS,
    summary: "The process runs",
    problems: [],
  },
  { response: { 200: answer("It runs.", HealthAnswer) } },
);

const READY = routeOptions(
  {
    operationId: "getReady",
    tags: TAGS,
    summary: "Reads and writes are served here",
    description: "503 says why not: without a quorum, or while the gateway catches up.",
    problems: [503],
  },
  { response: { 200: answer("It serves.", HealthAnswer) } },
);

export function healthRoutes(door: Door) {
  return async (server: FastifyInstance): Promise<void> => {
    server.get("/health/live", LIVE, getLive);
    server.get("/health/ready", READY, makeGetReady(door));
  };
}
