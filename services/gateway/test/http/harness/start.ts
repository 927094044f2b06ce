import type { FastifyInstance } from "fastify";
import type { HttpServerOptions } from "../../../src/http/options.ts";
import { createHttpServer } from "../../../src/http/server.ts";
import { DEFAULT_WATCH_LIMITS, type WatchLimits } from "../../../src/watch/limits.ts";
import { WatchFeed } from "../../../src/watch/watch-feed.ts";
import { SingleNode } from "../../support/single-node.ts";

export const HOST = { id: 1001, name: "gateway-1", version: "0.1.0" };

export interface TestServer {
  readonly node: SingleNode;
  readonly watch: WatchFeed;
  readonly server: FastifyInstance;
}

type StartOptions = Partial<Omit<HttpServerOptions, "watch">> & {
  readonly watchLimits?: Partial<WatchLimits>;
};

/** A server that is not listening yet: use `inject`, or `listen` for what needs a socket. */
export async function startServer(options: StartOptions = {}): Promise<TestServer> {
  const { watchLimits, ...http } = options;
  const node = new SingleNode();
  const watch = new WatchFeed({
    limits: { ...DEFAULT_WATCH_LIMITS, ...watchLimits },
    tree: () => node.tree,
  });
  node.follow(watch);
  const server = await createHttpServer(node, { host: HOST, watch, ...http });
  await server.ready();
  return { node, server, watch };
}
