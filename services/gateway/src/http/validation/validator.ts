import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { badRequest, HttpProblem } from "../errors/problem.ts";
import { explain } from "./explain.ts";
import { queryReader } from "./query.ts";

/**
 * Validates bodies and query strings by their TypeBox schemas. The schemas of path and headers
 * document what functions of ours parse (znode-path.ts, preconditions.ts), so nothing is checked twice.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (httpPart === "headers" || httpPart === "params") return (value: unknown) => ({ value });
  const compiled = Compile(schema);
  const check = (value: unknown, part: string) =>
    compiled.Check(value) ? { value } : { error: refusal(schema, value, part) };
  if (httpPart === "body") return (value: unknown) => check(value, "body");
  const read = queryReader(schema);
  return (query: Record<string, unknown>) => {
    try {
      return check(read(query), "query");
    } catch (error) {
      if (error instanceof HttpProblem) return { error };
      throw error;
    }
  };
};

function refusal(schema: TSchema, value: unknown, part: "body" | "query" | string): HttpProblem {
  const fault = explain(schema, value);
  if (fault === undefined)
    return badRequest(`The ${part} is not what this route takes. See /docs.`);
  const { field, claim } = fault;
  if (field === "") return badRequest(`The ${part} ${claim}. See /docs.`);
  const subject = part === "query" ? `The query parameter ${field}` : `${field} in the body`;
  return badRequest(`${subject} ${claim}.`, field);
}
