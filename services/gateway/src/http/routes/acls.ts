import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { identifyClients } from "../client.ts";
import type { Door } from "../door.ts";
import { makeGetAcl, makeSetAcl } from "../handlers/acls.ts";
import { AclAnswer, AclQuery, SetAclBody, SetAclQuery } from "../schemas/acl.ts";
import { PathParams, ReadHeaders, WriteHeaders } from "../schemas/common.ts";
import { WrittenAnswer } from "../schemas/znode.ts";
import { routeOptions } from "./route-docs.ts";

const TAGS = ["acls"];
const URLS = ["/v1/acls", "/v1/acls/*"] as const;

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
    response: { 200: AclAnswer },
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
    response: { 200: WrittenAnswer },
  },
);

export function aclRoutes(door: Door) {
  return async (server: FastifyInstance): Promise<void> => {
    identifyClients(server, door);
    for (const url of URLS) {
      server.get(url, GET, makeGetAcl(door));
      server.put(url, PUT, makeSetAcl(door));
    }
  };
}
