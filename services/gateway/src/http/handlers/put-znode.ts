import { CreateMode, type Operation, ResultCode, type TxnResult } from "@meerkat/tree";
import type { FastifyReply, FastifyRequest } from "fastify";
import { znodePathOfUrl } from "../convert/znode-path.ts";
import { formatHex } from "../convert/zxid-text.ts";
import type { Door } from "../door.ts";
import { badRequest, HttpProblem } from "../errors/problem.ts";
import { expectedVersion, mustNotExist } from "../preconditions.ts";
import type { PutZnodeQuery } from "../schemas/znode.ts";
import { submit } from "../submit.ts";
import { sendWritten } from "./written-answer.ts";
import { contentOfBody, type ZnodeRequestBody } from "./znode-content.ts";

type PutZnodeRequest = FastifyRequest<{ Querystring: PutZnodeQuery; Body: ZnodeRequestBody }>;

export function makePutZnode(door: Door) {
  return async (request: PutZnodeRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = znodePathOfUrl(request.raw.url ?? "");
    const operation = putOperation(door, path, request);
    const { client } = request;
    const result = await submit(door, request, client, operation);
    if (operation.type === "create") return sendPutIfAbsent(request, reply, result);
    return sendWritten(request, reply, result, "setData");
  };
}

function putOperation(door: Door, path: string, request: PutZnodeRequest): Operation {
  const { headers, query, body } = request;
  const { data, acl } = contentOfBody(door.limits, body);
  if (data === undefined) {
    throw badRequest(
      "A PUT needs the data: JSON with data or dataBase64, or a body of another Content-Type " +
        "such as application/octet-stream, which may be empty.",
      "data",
    );
  }
  const expected = expectedVersion(headers["if-match"], query.version);
  if (mustNotExist(headers["if-none-match"])) {
    if (expected === undefined)
      return { type: "create", path, data, acl, mode: CreateMode.PERSISTENT };
    throw badRequest("If-None-Match: * and an expected version exclude each other.", "If-Match");
  }
  const version = typeof expected === "number" ? expected : -1;
  const set = { type: "setData", path, data, version } as const;
  // Whoever expects a version expects the znode too.
  if (query.create !== true || expected !== undefined) return set;
  return {
    type: "conditional",
    conditions: [{ path, exists: true }],
    // biome-ignore lint/suspicious/noThenProperty: the tree's name for this branch.
    then: [set],
    else: [{ type: "create", path, data, acl, mode: CreateMode.PERSISTENT }],
  };
}

/** A PUT with If-None-Match: * failed its precondition where the znode exists. */
function sendPutIfAbsent(
  request: FastifyRequest,
  reply: FastifyReply,
  result: TxnResult,
): FastifyReply {
  if (result.type !== "error" || result.code !== ResultCode.NODEEXISTS) {
    return sendWritten(request, reply, result, "create");
  }
  const detail = `${result.path} exists, and If-None-Match: * asks that it does not.`;
  throw new HttpProblem(412, "NodeExists", detail, {
    members: { path: result.path, zxid: formatHex(result.zxid) },
  });
}
