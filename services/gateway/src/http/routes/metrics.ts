import { METRICS_CONTENT_TYPE, type MetricsPage } from "@meerkat/telemetry/metrics";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** `GET /metrics`, for Prometheus. */
export function metricsRoute(page: MetricsPage) {
  const getMetrics = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    reply.type(METRICS_CONTENT_TYPE).send(await page.text());
  return async (server: FastifyInstance): Promise<void> => {
    server.get("/metrics", { schema: { hide: true } as object }, getMetrics);
  };
}
