import type { FastifyReply, FastifyRequest } from "fastify";
import { aclBody, aclOfBody } from "../convert/acl-body.ts";
import { statBody } from "../convert/stat-body.ts";
import { znodePathOfUrl } from "../convert/znode-path.ts";
import type { Door } from "../door.ts";
import { sendRefusal, setZxid } from "../reply.ts";
import type { AclQuery, SetAclBody, SetAclQuery } from "../schemas/acl.ts";
import { submit } from "../submit.ts";
import { lookAtAcl } from "../tree-view.ts";
import { readOptions } from "./read-options.ts";
import { sendWritten } from "./written-answer.ts";

export function makeGetAcl(door: Door) {
  return async (
    request: FastifyRequest<{ Querystring: AclQuery }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const path = znodePathOfUrl(request.raw.url ?? "");
    const { client } = request;
    const options = readOptions(client, request.query.consistency);
    const look = await door.coordination.read(options, (tree) =>
      lookAtAcl(tree, path, client.credentials),
    );
    if (look.type === "error") {
      return sendRefusal(request, reply, look, { deed: "getAcl" });
    }
    const answer = { path, acl: aclBody(look.acl), stat: statBody(look.stat) };
    return setZxid(reply, look.zxid).send(answer);
  };
}

export function makeSetAcl(door: Door) {
  return async (
    request: FastifyRequest<{ Querystring: SetAclQuery; Body: SetAclBody }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const path = znodePathOfUrl(request.raw.url ?? "");
    const { client } = request;
    const result = await submit(door, request, client, {
      type: "setAcl",
      path,
      acl: aclOfBody(request.body.acl),
      version: request.query.version ?? -1,
    });
    return sendWritten(request, reply, result, "setAcl");
  };
}
