import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Door } from "../door.ts";

/** `/` tells people and programs where to go on. */
export function welcomeRoute({ host }: Door) {
  const links = {
    docs: "/docs",
    openapi: "/docs/json",
    cluster: "/v1/cluster",
    root: "/v1/znodes/",
  };
  const body = { service: "meerkat", version: host.version, gateway: host.name, ...links };
  const html =
    "<!doctype html><title>Meerkat</title>" +
    `<p>This is ${escapeHtml(host.name)} of a Meerkat ensemble, version ${escapeHtml(host.version)}.` +
    '<p><a href="/docs">API documentation</a> · <a href="/v1/cluster">Cluster</a> · ' +
    '<a href="/v1/znodes/?children=true">Root znode</a>\n';
  return async (server: FastifyInstance): Promise<void> => {
    const welcome = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
      request.headers.accept?.includes("text/html") === true
        ? reply.type("text/html; charset=utf-8").send(html)
        : reply.send(body);
    server.get("/", { schema: { hide: true } as object }, welcome);
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
