import type { FastifyReply } from "fastify";
import { lookAtChildren } from "../children-page.ts";
import type { Client } from "../client.ts";
import { statBody } from "../convert/stat-body.ts";
import type { Door } from "../door.ts";
import { badRequest } from "../errors/problem.ts";
import { JSON_TYPE, sendRefusal, setZxid } from "../reply.ts";
import type { ChildrenAnswer } from "../schemas/znode.ts";
import { type GetZnodeRequest, readOptions } from "./read-options.ts";

/** A list is written by JSON itself: it is fastest for arrays of strings. */
export async function sendChildren(
  door: Door,
  client: Client,
  path: string,
  request: GetZnodeRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { limits, coordination } = door;
  const { children: detail = "true", after, limit = limits.pageDefault } = request.query;
  if (limit > limits.pageMax) {
    throw badRequest(`The query parameter limit must be from 1 to ${limits.pageMax}.`, "limit");
  }
  const page = { detail, after, limit, dataBytesMax: limits.pageDataBytesMax };
  const look = await coordination.read(readOptions(client, request.query.consistency), (tree) =>
    lookAtChildren(tree, path, page, client.credentials),
  );
  if (look.type === "error") {
    return sendRefusal(request, reply, look, { deed: "children" });
  }
  const answer: ChildrenAnswer = {
    path,
    children: look.children as ChildrenAnswer["children"],
    stat: statBody(look.stat),
    ...(look.after === undefined ? {} : { after: look.after }),
  };
  return setZxid(reply, look.zxid).type(JSON_TYPE).send(JSON.stringify(answer));
}
