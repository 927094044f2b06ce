import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../reply.ts";
import { HttpProblem } from "./problem.ts";

interface KnownRoute {
  readonly pattern: RegExp;
  readonly method: string;
}

/** Answers 404, or 405 with Allow where the URL exists for other methods. Call it before the routes. */
export function answerUnknownRoutes(server: FastifyInstance): void {
  const routes: KnownRoute[] = [];
  server.addHook("onRoute", ({ method, url }) => {
    const pattern = patternOf(url);
    for (const name of [method].flat()) routes.push({ pattern, method: name });
  });
  server.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const allowed = new Set(
      routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method),
    );
    sendProblem(
      reply,
      allowed.size === 0 ? unknownRoute(path) : otherMethod(request, [...allowed]),
    );
  });
}

function unknownRoute(path: string): HttpProblem {
  const detail = `There is no route ${path}. The routes are listed at /docs.`;
  return new HttpProblem(404, "Unimplemented", detail);
}

function otherMethod(request: FastifyRequest, allowed: readonly string[]): HttpProblem {
  const allow = allowed.join(", ");
  const detail = `${request.method} is not possible here; possible are ${allow}.`;
  return new HttpProblem(405, "Unimplemented", detail, { headers: { allow } });
}

function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replace(/:[^/]+/g, "[^/]+")}$`);
}
