import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OpenapiDescription } from "./harness/openapi-document.ts";
import { startServer } from "./harness/start.ts";

let server: FastifyInstance;
let description: OpenapiDescription;

beforeAll(async () => {
  ({ server } = await startServer());
  description = await OpenapiDescription.of(server);
});
afterAll(() => server.close());

describe("the OpenAPI document", () => {
  it("is OpenAPI 3.1", () => {
    expect(description.document.openapi).toBe("3.1.0");
  });

  it("has every method of every URL", async () => {
    for (const [url, methods] of Object.entries(description.document.paths)) {
      const refused = await server.inject({ method: "PATCH", url: url.replace(/\{\w+\}/g, "x") });
      const allowed = String(refused.headers.allow).toLowerCase().split(", ");
      expect(Object.keys(methods).sort(), url).toEqual(allowed.sort());
    }
    expect(Object.keys(description.document.paths).sort()).toEqual([
      "/health/live",
      "/health/ready",
      "/v1/acls/{path}",
      "/v1/cluster",
      "/v1/sessions",
      "/v1/sessions/{id}",
      "/v1/sessions/{id}/heartbeat",
      "/v1/transactions",
      "/v1/watch",
      "/v1/znodes/{path}",
    ]);
  });

  it("says of every operation what it does, takes and answers", () => {
    const ids = new Set<string>();
    for (const [name, url, operation] of description.operations()) {
      expect(operation.summary, name).toMatch(/^[A-Z].+[^.]$/);
      expect(operation.tags, name).toHaveLength(1);
      expect(ids.has(operation.operationId ?? ""), name).toBe(false);
      ids.add(operation.operationId ?? "");
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
      const named = [...url.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect(inPath.map((parameter) => parameter.name).sort(), name).toEqual(named.sort());
      for (const parameter of operation.parameters ?? []) {
        expect(parameter.description, `${name} ${parameter.name}`).toBeTruthy();
      }
      expect(
        Object.keys(operation.responses).some((status) => status < "300"),
        name,
      ).toBe(true);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response.description, `${name} ${status}`).toBeTruthy();
      }
    }
  });

  it("has examples of every JSON body and answer, and all of them conform", () => {
    for (const [name, , operation] of description.operations()) {
      const answers = Object.entries(operation.responses);
      const contents = answers.map(
        ([status, { content }]) => [`${name} ${status}`, content] as const,
      );
      contents.push([`${name} body`, operation.requestBody?.content]);
      for (const [place, content] of contents) {
        for (const [type, media] of Object.entries(content ?? {})) {
          if (!type.includes("json")) continue;
          const named = Object.values(media.examples ?? {}).map(({ value }) => value);
          const examples = media.example === undefined ? named : [media.example];
          expect(examples.length, place).toBeGreaterThan(0);
          for (const example of examples) {
            expect(description.conforms(media.schema ?? {}, example), place).toBe(true);
          }
        }
      }
    }
  });

  it("has examples of parameters that conform", () => {
    for (const [name, , operation] of description.operations()) {
      for (const { name: parameter, schema, example } of operation.parameters ?? []) {
        if (example === undefined) continue;
        expect(description.conforms(schema, example), `${name} ${parameter}`).toBe(true);
      }
    }
  });
});

it("serves the page from this process alone", async () => {
  const page = await server.inject({ method: "GET", url: "/docs" });
  expect(page.statusCode).toBe(200);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) {
    expect(link).toMatch(/^\/docs\/static\//);
    const file = await server.inject({ method: "GET", url: link });
    expect(file.statusCode, link).toBe(200);
  }
  const start = await server.inject({ method: "GET", url: "/docs/static/swagger-initializer.js" });
  expect(start.body).toContain("resolveUrl('./json')");
  expect(start.body).not.toMatch(/https?:\/\/(?!stackoverflow)/);
});
