import { once } from "node:events";
import type { Server } from "node:http";
import { StartupError } from "./run-service.ts";

export interface Health {
  readonly ok: boolean;
  /** One sentence on the state of the process. */
  readonly detail: string;
}

/**
 * `GET /health` for processes without an HTTP door of their own: 200 or 503 and a JSON body.
 * @throws StartupError when the port is taken.
 */
export async function startHealthServer(
  options: { readonly host: string; readonly port: number },
  check: () => Health,
): Promise<Server> {
  // Most processes have no such port, and the module takes more than ten megabytes.
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => {
    if (request.url !== "/health") {
      response.writeHead(404, { "content-type": "application/json" });
      response.end('{"detail":"Only /health is served here."}\n');
      return;
    }
    const health = check();
    response.writeHead(health.ok ? 200 : 503, { "content-type": "application/json" });
    response.end(`${JSON.stringify(health)}\n`);
  });
  server.listen(options.port, options.host);
  await Promise.race([once(server, "listening"), rejectOnError(server, options)]);
  return server;
}

async function rejectOnError(
  server: Server,
  where: { readonly host: string; readonly port: number },
): Promise<never> {
  const [error] = (await once(server, "error")) as [Error];
  throw new StartupError(
    `Cannot listen for health checks on ${where.host}:${where.port}: ${error.message}`,
  );
}
