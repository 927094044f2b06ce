import type { FastifyReply, FastifyRequest } from "fastify";
import { prefersRawBytes } from "../accept.ts";
import { statBody, statHeaders } from "../convert/stat-body.ts";
import { bytesOfData, fieldsOfData } from "../convert/znode-data.ts";
import { znodePathOfUrl } from "../convert/znode-path.ts";
import type { Door } from "../door.ts";
import { badRequest } from "../errors/problem.ts";
import { etagOf, isNotModified } from "../preconditions.ts";
import { JSON_TYPE, sendRefusal, serialize, setZxid } from "../reply.ts";
import { type GetZnodeQuery, type ZnodeAnswer, ZnodeAnswerInOrder } from "../schemas/znode.ts";
import { lookAtZnode, type ZnodeLook } from "../tree-view.ts";
import { sendChildren } from "./list-children.ts";
import { type GetZnodeRequest, readOptions } from "./read-options.ts";

export function makeGetZnode(door: Door) {
  return async (request: GetZnodeRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = znodePathOfUrl(request.raw.url ?? "");
    const { client } = request;
    if (request.query.children !== undefined) {
      return sendChildren(door, client, path, request, reply);
    }
    refusePaging(request.query);
    const look = await door.coordination.read(
      readOptions(client, request.query.consistency),
      (tree) => lookAtZnode(tree, path, client.credentials),
    );
    if (look.type === "error") {
      return sendRefusal(request, reply, look, { deed: "get" });
    }
    return sendZnode(path, look, request, reply);
  };
}

function refusePaging(query: GetZnodeQuery): void {
  for (const name of ["limit", "after"] as const) {
    if (query[name] === undefined) continue;
    throw badRequest(`The query parameter ${name} counts only together with children.`, name);
  }
}

function sendZnode(
  path: string,
  look: ZnodeLook,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { headers } = request;
  setZxid(reply, look.zxid).header("etag", etagOf(look.stat.version)).header("vary", "accept");
  if (isNotModified(headers["if-none-match"], look.stat.version)) return reply.code(304).send();
  if (prefersRawBytes(headers.accept)) {
    if (look.data === null) reply.header("meerkat-data-null", "true");
    return (
      reply
        .headers(statHeaders(look.stat))
        // A browser must not take somebody's bytes for a page.
        .header("x-content-type-options", "nosniff")
        .type("application/octet-stream")
        .send(bytesOfData(look.data))
    );
  }
  const answer: ZnodeAnswer = { path, ...fieldsOfData(look.data), stat: statBody(look.stat) };
  return reply.type(JSON_TYPE).send(serialize(reply, ZnodeAnswerInOrder, answer));
}
