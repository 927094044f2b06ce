import type { FastifyInstance } from "fastify";
import type { HttpServerOptions } from "../../../src/http/options.ts";
import { createHttpServer } from "../../../src/http/server.ts";
import { SingleNode } from "../../support/single-node.ts";

export const HOST = { id: 1001, name: "gateway-1", version: "0.1.0" };

export interface TestServer {
  readonly node: SingleNode;
  readonly server: FastifyInstance;
}

/** A server that is not listening yet: use `inject`, or `listen` for what needs a socket. */
export async function startServer(options: Partial<HttpServerOptions> = {}): Promise<TestServer> {
  const node = new SingleNode();
  const server = await createHttpServer(node, { host: HOST, ...options });
  await server.ready();
  return { node, server };
}
