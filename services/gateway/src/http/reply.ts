import type { FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import { formatHex } from "./convert/zxid-text.ts";
import { type HttpProblem, PROBLEM_TYPE } from "./errors/problem.ts";
import { type Refusal, type RefusedRequest, refusalProblem } from "./errors/refusal.ts";

export const ZXID_HEADER = "meerkat-zxid";
export const JSON_TYPE = "application/json; charset=utf-8";

/** Which transaction was done, or which state was read. */
export function setZxid(reply: FastifyReply, zxid: number): FastifyReply {
  return reply.header(ZXID_HEADER, formatHex(zxid));
}

/** JSON by the schema's own serialiser, which is compiled once per route. For answers of several shapes. */
export function serialize(reply: FastifyReply, schema: TSchema, answer: object): string {
  type Json = Record<string, unknown>;
  return reply.serializeInput(answer as Json, schema as TSchema & Json);
}

export function sendProblem(reply: FastifyReply, { problem, headers }: HttpProblem): FastifyReply {
  if (problem.zxid !== undefined) reply.header(ZXID_HEADER, problem.zxid);
  return reply
    .code(problem.status)
    .headers(headers)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problem));
}

/** The tree said no: an answer like others, so nothing is thrown. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
  what: Omit<RefusedRequest, "authenticated">,
): FastifyReply {
  const authenticated = request.headers.authorization !== undefined;
  return sendProblem(reply, refusalProblem(refusal, { ...what, authenticated }));
}
