import type { CreateOperation } from "@meerkat/tree";
import type { FastifyReply, FastifyRequest } from "fastify";
import { checkTtl, createMode } from "../convert/operations.ts";
import { znodePathOfUrl } from "../convert/znode-path.ts";
import type { Door } from "../door.ts";
import { badRequest, type HttpProblem } from "../errors/problem.ts";
import type { CreateZnodeQuery } from "../schemas/znode.ts";
import { submit } from "../submit.ts";
import { sendWritten } from "./written-answer.ts";
import { contentOfBody, type ZnodeRequestBody } from "./znode-content.ts";

export function makeCreateZnode(door: Door) {
  return async (
    request: FastifyRequest<{ Querystring: CreateZnodeQuery; Body: ZnodeRequestBody }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const path = znodePathOfUrl(request.raw.url ?? "");
    const operation = createOperation(door, path, request.query, request.body);
    const { client } = request;
    if (request.query.mode === "ephemeral" && client.session === 0) throw needsSession();
    const result = await submit(door, request, client, operation);
    return sendWritten(request, reply, result, "create");
  };
}

/** `path/` names a znode only where a sequence number is to follow. */
function createOperation(
  door: Door,
  path: string,
  query: CreateZnodeQuery,
  body: ZnodeRequestBody,
): CreateOperation {
  checkTtl(query.mode, query.ttl, "ttl");
  const { data, acl } = contentOfBody(door.limits, body);
  return {
    type: "create",
    path,
    // A znode created without a word about its data has empty data, not null.
    data: data === undefined ? "" : data,
    acl,
    mode: createMode(query.mode, query.sequential === true, ""),
    ...(query.ttl === undefined ? {} : { ttlMs: query.ttl }),
    ...(query.parents === true ? { createParents: true } : {}),
    ...(query.ifNotExists === true ? { ifNotExists: true } : {}),
  };
}

export function needsSession(): HttpProblem {
  return badRequest(
    "An ephemeral znode belongs to a session: make one with POST /v1/sessions and send its token " +
      "as Meerkat-Session.",
    "Meerkat-Session",
  );
}
