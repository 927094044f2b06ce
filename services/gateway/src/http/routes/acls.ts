import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { identifyClients } from "../client.ts";
import type { Door } from "../door.ts";
import { makeGetAcl, makeSetAcl } from "../handlers/acls.ts";
import { AclAnswer, AclQuery, SetAclBody, SetAclQuery } from "../schemas/acl.ts";
import { PathParams, ReadHeaders, WriteHeaders } from "../schemas/common.ts";
import { WrittenAnswer } from "../schemas/znode.ts";
import { answer } from "./answer-docs.ts";
import { hidden, routeOptions } from "./route-docs.ts";

const TAGS = ["acls"];

const GET = routeOptions(
  {
    operationId: "getAcl",
    tags: TAGS,
    summary: "Read the ACL of a znode",
    description: "Without ADMIN the hashes of digest ids are shown as `user:x`.",
    problems: [400, 401, 403, 404, 503],
  },
  {
    params: PathParams,
    querystring: AclQuery,
    headers: Type.Object(ReadHeaders),
    response: { 200: answer("The ACL and the stat.", AclAnswer) },
  },
);

const PUT = routeOptions(
  {
    operationId: "setAcl",
    tags: TAGS,
    summary: "Replace the ACL of a znode",
    description:
      "Credentials: `Authorization: Basic` gives digest:user:base64(SHA1(user:password)), and " +
      "every request has ip:<address of the peer>. An entry with scheme `auth` stands for the " +
      "digest credential of this request.",
    problems: [400, 401, 403, 404, 412, 415, 503],
  },
  {
    params: PathParams,
    querystring: SetAclQuery,
    headers: Type.Object(WriteHeaders),
    body: SetAclBody,
    response: { 200: answer("The ACL is set.", WrittenAnswer) },
  },
);

export function aclRoutes(door: Door) {
  return async (server: FastifyInstance): Promise<void> => {
    identifyClients(server, door);
    // Without a slash behind it: the root too.
    server.get("/v1/acls/*", GET, makeGetAcl(door));
    server.get("/v1/acls", hidden(GET), makeGetAcl(door));
    server.put("/v1/acls/*", PUT, makeSetAcl(door));
    server.put("/v1/acls", hidden(PUT), makeSetAcl(door));
  };
}
