import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance, FastifySchema } from "fastify";
import type { HostInfo } from "./options.ts";
import { ProblemBody } from "./schemas/problem.ts";

const DESCRIPTION = `Meerkat keeps a replicated tree of znodes. Every write is a transaction in one
order for all replicas. Errors are problem details (RFC 9457) with ZooKeeper's name in \`code\`.
Every answer has \`Meerkat-Zxid\`: send the highest one you saw along with a read, and the answer is
never older.`;

const TAGS = [
  { name: "znodes", description: "One znode at a time" },
  { name: "transactions", description: "Several operations, all or none" },
  { name: "sessions", description: "Ephemeral znodes live as long as their session" },
  { name: "acls", description: "Who may do what" },
  { name: "cluster", description: "The servers" },
  { name: "health", description: "For orchestrators" },
];

const PROBLEM_WORDS: Readonly<Record<number, string>> = {
  400: "The request is wrong; `field` names the part that is.",
  401: "Credentials or the session's token are missing or not accepted.",
  403: "The ACL does not allow this to these credentials.",
  404: "There is no such znode (NoNode).",
  409: "The tree's state does not allow this: NodeExists, NotEmpty and others.",
  412: "BadVersion, or If-None-Match: * on a znode that exists.",
  413: "Beyond a limit; `field` names it.",
  415: "The route takes application/json.",
  503: "Not now: `Retry-After` says when to try again, `ambiguous` whether it may be applied.",
};

/** The OpenAPI document at /docs/json and its page at /docs; both come from this process alone. */
export async function serveDocs(server: FastifyInstance, host: HostInfo): Promise<void> {
  server.addSchema(ProblemBody);
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Meerkat HTTP API", version: host.version, description: DESCRIPTION },
      tags: TAGS,
      components: {
        securitySchemes: {
          basic: { type: "http", scheme: "basic", description: "ZooKeeper's digest scheme." },
          session: { type: "apiKey", in: "header", name: "Meerkat-Session" },
        },
      },
      security: [{}, { basic: [] }, { session: [] }],
    },
    exposeHeadRoutes: true,
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`),
    },
    transform: ({ schema, url, route }) => ({
      schema: withProblems(schema, route.config?.problems ?? []),
      url: url.replace("/*", "/:path"),
    }),
  });
  await server.register(swaggerUi, {
    routePrefix: "/docs",
    uiConfig: {
      docExpansion: "list",
      tryItOutEnabled: true,
      // A znode's path is several segments of the URL: its slashes stay as they are.
      requestInterceptor: (request) =>
        Object.assign(request, { url: request.url.replaceAll("%2F", "/") }),
    },
  });
}

function withProblems(schema: FastifySchema, problems: readonly number[]): FastifySchema {
  const responses = (schema?.response ?? {}) as Record<string, unknown>;
  const documented = problems.map((status) => [
    status,
    {
      description: PROBLEM_WORDS[status],
      content: { "application/problem+json": { schema: { $ref: "Problem#" } } },
    },
  ]);
  return { ...schema, response: { ...responses, ...Object.fromEntries(documented) } };
}
