import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type BoundMetric, METRICS_CONTENT_TYPE, MetricsPage } from "@meerkat/telemetry/metrics";
import { integer, text } from "./config.ts";
import { StartupError } from "./run-service.ts";

export interface Health {
  readonly ok: boolean;
  /** One sentence on the state of the process. */
  readonly detail: string;
}

/** The variables of the port for operators, of processes without an HTTP door of their own. */
export const OPERATIONS_SPECS = {
  MEERKAT_HEALTH_HOST: text({
    default: "127.0.0.1",
    desc: "Address of GET /health and GET /metrics",
  }),
  MEERKAT_HEALTH_PORT: integer({
    default: 0,
    min: 0,
    max: 65_535,
    desc: "Port of GET /health and GET /metrics (0: none)",
  }),
};

export interface OperationsConfig {
  readonly MEERKAT_HEALTH_HOST: string;
  readonly MEERKAT_HEALTH_PORT: number;
}

export interface OperationsPages {
  health(): Health;
  /** Called once, when somebody asks for /metrics for the first time. */
  metrics(): readonly BoundMetric[];
}

/**
 * `GET /health` (200 or 503, and a JSON body) and `GET /metrics` (Prometheus's text format). Undefined
 * when the configuration wants none.
 * @throws StartupError when the port is taken.
 */
export async function startOperationsServer(
  config: OperationsConfig,
  pages: OperationsPages,
): Promise<Server | undefined> {
  const { MEERKAT_HEALTH_HOST: host, MEERKAT_HEALTH_PORT: port } = config;
  if (port === 0) return undefined;
  // Most processes have no such port, and the module takes more than ten megabytes.
  const { createServer } = await import("node:http");
  const metrics = new MetricsPage(() => pages.metrics());
  const server = createServer(
    (request, response) => void answer(request, response, pages, metrics),
  );
  await listening(server, host, port);
  return server;
}

/** Where others reach this process's /health; empty when it has none. */
export function operationsAddressOf(config: OperationsConfig): string {
  const { MEERKAT_HEALTH_HOST: host, MEERKAT_HEALTH_PORT: port } = config;
  return port === 0 ? "" : `${host}:${port}`;
}

async function answer(
  { url }: IncomingMessage,
  response: ServerResponse,
  pages: OperationsPages,
  metrics: MetricsPage,
): Promise<void> {
  if (url === "/health") {
    const health = pages.health();
    response.writeHead(health.ok ? 200 : 503, { "content-type": "application/json" });
    response.end(`${JSON.stringify(health)}\n`);
  } else if (url === "/metrics") {
    const page = await metrics.text();
    response.writeHead(200, { "content-type": METRICS_CONTENT_TYPE });
    response.end(page);
  } else {
    response.writeHead(404, { "content-type": "application/json" });
    response.end('{"detail":"Only /health and /metrics are served here."}\n');
  }
}

/** @throws StartupError when the port is taken. */
async function listening(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartupError(
      `Cannot serve /health and /metrics on ${host}:${port}: ${why}. ` +
        "Set MEERKAT_HEALTH_HOST or MEERKAT_HEALTH_PORT to an address that is free.",
      { cause },
    );
  }
}
