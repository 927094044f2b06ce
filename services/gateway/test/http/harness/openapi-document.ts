import type { FastifyInstance } from "fastify";
import { Check } from "typebox/schema";

export interface Media {
  readonly schema?: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly description?: string;
  readonly schema: object;
  readonly example?: unknown;
}

export interface OpenapiOperation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, Media>> }
    >
  >;
}

interface OpenapiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenapiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const descriptions = new WeakMap<FastifyInstance, OpenapiDescription>();

/** What the service says about itself, for tests that hold it to its word. */
export class OpenapiDescription {
  readonly document: OpenapiDocument;

  constructor(document: OpenapiDocument) {
    this.document = document;
  }

  static async of(server: FastifyInstance): Promise<OpenapiDescription> {
    const known = descriptions.get(server);
    if (known !== undefined) return known;
    const answer = await server.inject({ method: "GET", url: "/docs/json" });
    const description = new OpenapiDescription(answer.json());
    descriptions.set(server, description);
    return description;
  }

  /** Every operation with its method and URL. */
  *operations(): Generator<readonly [name: string, url: string, operation: OpenapiOperation]> {
    for (const [url, methods] of Object.entries(this.document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        yield [`${method.toUpperCase()} ${url}`, url, operation];
      }
    }
  }

  find(method: string, path: string): OpenapiOperation | undefined {
    for (const [url, methods] of Object.entries(this.document.paths)) {
      // A znode's path is several segments, and the root's is none.
      const pattern = url.replace("/{path}", "(/.*)?").replace(/\{\w+\}/g, "[^/]+");
      if (new RegExp(`^${pattern}$`).test(path)) return methods[method.toLowerCase()];
    }
    return undefined;
  }

  conforms(schema: object, value: unknown): boolean {
    const { $ref } = schema as { $ref?: string };
    const target = $ref?.replace("#/components/schemas/", "");
    const named = target === undefined ? schema : this.document.components.schemas[target];
    return named !== undefined && Check(named, value);
  }
}
