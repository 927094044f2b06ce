import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance, FastifySchema } from "fastify";
import type { HostInfo } from "./options.ts";
import { problemResponses } from "./routes/problem-docs.ts";
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
  { name: "watch", description: "What changes, as it changes" },
  { name: "cluster", description: "The servers" },
  { name: "health", description: "For orchestrators" },
];

const SECURITY_SCHEMES = {
  basic: {
    type: "http",
    scheme: "basic",
    description:
      "For ACLs: the credential digest:user:base64(SHA1(user:password)) of ZooKeeper. There is " +
      "no registration; a password only has to equal the one that an ACL was made with.",
  },
  session: {
    type: "apiKey",
    in: "header",
    name: "Meerkat-Session",
    description: "Token of a session, from POST /v1/sessions.",
  },
} as const;

/** Operations that do without a body; the plugin calls every body required. */
const BODY_IS_OPTIONAL: readonly string[] = ["createZnode", "createSession"];

/** The OpenAPI document at /docs/json and its page at /docs; both come from this process alone. */
export async function serveDocs(server: FastifyInstance, host: HostInfo): Promise<void> {
  server.addSchema(ProblemBody);
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Meerkat HTTP API", version: host.version, description: DESCRIPTION },
      tags: TAGS,
      components: { securitySchemes: SECURITY_SCHEMES },
      security: [{}, { basic: [] }, { session: [] }],
    },
    exposeHeadRoutes: true,
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, i) => String(json.$id ?? `def-${i}`),
    },
    transform: ({ schema, url, route }) => ({
      schema: withProblems(schema, route.config?.problems ?? []),
      url: url.replace("/*", "/:path"),
    }),
    transformObject: (document) => {
      if ("swaggerObject" in document) return document.swaggerObject;
      const { openapiObject } = document;
      for (const path of Object.values(openapiObject.paths ?? {})) {
        for (const operation of Object.values(path ?? {})) relaxBody(operation);
      }
      return openapiObject;
    },
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

function relaxBody(operation: unknown): void {
  const { operationId, requestBody } = operation as {
    operationId?: string;
    requestBody?: { required?: boolean };
  };
  if (requestBody === undefined || !BODY_IS_OPTIONAL.includes(operationId ?? "")) return;
  requestBody.required = false;
}

function withProblems(schema: FastifySchema, problems: readonly number[]): FastifySchema {
  const answers = (schema?.response ?? {}) as Record<string, unknown>;
  return { ...schema, response: { ...answers, ...problemResponses(problems) } };
}
