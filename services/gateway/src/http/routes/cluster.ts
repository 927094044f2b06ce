import type { FastifyInstance } from "fastify";
import type { Door } from "../door.ts";
import { makeGetCluster } from "../handlers/cluster.ts";
import { ClusterAnswer } from "../schemas/cluster.ts";
import { answer } from "./answer-docs.ts";
import { routeOptions } from "./route-docs.ts";

const GET = routeOptions(
  {
    operationId: "getCluster",
    tags: ["cluster"],
    summary: "Every server that this gateway has heard of, and who leads",
    problems: [],
  },
  { response: { 200: answer("What this gateway knows.", ClusterAnswer) } },
);

export function clusterRoutes(door: Door) {
  return async (server: FastifyInstance): Promise<void> => {
    server.get("/v1/cluster", GET, makeGetCluster(door));
  };
}
