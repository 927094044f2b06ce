import type { FastifySchema } from "fastify";
import type { TSchema } from "typebox";

/** What the OpenAPI page tells of a route, besides its schemas. */
export interface RouteDocs {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  /** Statuses of the problems that it answers. */
  readonly problems: readonly number[];
}

declare module "fastify" {
  interface FastifyContextConfig {
    readonly problems?: readonly number[];
  }
}

interface RouteSchemas {
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly headers?: TSchema;
  readonly body?: unknown;
  readonly response: Readonly<Record<number, unknown>>;
}

/** The same route under a URL that the documentation does not name. */
export function hidden<T extends { readonly schema: object }>(options: T): T {
  return { ...options, schema: { ...options.schema, hide: true } };
}

/** A route's `schema` and `config` in one: the schemas that are checked and the words about them. */
export function routeOptions(docs: RouteDocs, schemas: RouteSchemas) {
  const { problems, tags, ...words } = docs;
  const schema: FastifySchema & Record<string, unknown> = { ...words, tags: [...tags], ...schemas };
  return { schema, config: { problems } };
}
