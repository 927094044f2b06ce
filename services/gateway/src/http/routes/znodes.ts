import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { takeRawBodies } from "../body-parsers.ts";
import { identifyClients } from "../client.ts";
import type { Door } from "../door.ts";
import { makeCreateZnode } from "../handlers/create-znode.ts";
import { makeDeleteZnode } from "../handlers/delete-znode.ts";
import { makeGetZnode } from "../handlers/get-znode.ts";
import { makePutZnode } from "../handlers/put-znode.ts";
import { PathParams, ReadHeaders, WriteHeaders } from "../schemas/common.ts";
import {
  ChildrenAnswer,
  CreateZnodeQuery,
  DeleteZnodeQuery,
  GetZnodeQuery,
  PutZnodeQuery,
  WrittenAnswer,
  ZnodeAnswer,
  ZnodeBody,
} from "../schemas/znode.ts";
import { routeOptions } from "./route-docs.ts";

const TAGS = ["znodes"];
/** `/v1/znodes` alone is the root too. */
const URLS = ["/v1/znodes", "/v1/znodes/*"] as const;

/** Bytes are outside of what JSON Schema can say. */
const RawBytes = Type.Any({ description: "The znode's data as it is." });
const BODY = {
  content: {
    "application/json": { schema: ZnodeBody },
    "application/octet-stream": { schema: RawBytes },
  },
};

const IF_MATCH = Type.Optional(
  Type.String({
    description: 'Only if the znode is at this version, such as "3"; * is any version.',
  }),
);
const IF_NONE_MATCH = "if-none-match";

const GET = routeOptions(
  {
    operationId: "getZnode",
    tags: TAGS,
    summary: "Read a znode: data and stat, or its children",
    description:
      "`Accept: application/octet-stream` gives the data as raw bytes, with the stat in headers " +
      "`Meerkat-Stat-Version`, `Meerkat-Stat-Mzxid` and so on, and `Meerkat-Data-Null: true` " +
      "where the data is null. `ETag` is the version.",
    problems: [400, 401, 403, 404, 503],
  },
  {
    params: PathParams,
    querystring: GetZnodeQuery,
    headers: Type.Object({
      ...ReadHeaders,
      [IF_NONE_MATCH]: Type.Optional(
        Type.String({ description: "304 if the znode is still at this version." }),
      ),
    }),
    response: {
      200: {
        description: "The znode, or a page of its children where `children` is given.",
        content: {
          "application/json": { schema: Type.Union([ZnodeAnswer, ChildrenAnswer]) },
          "application/octet-stream": { schema: RawBytes },
        },
      },
    },
  },
);

const CREATE = routeOptions(
  {
    operationId: "createZnode",
    tags: TAGS,
    summary: "Create a znode",
    description:
      "A body of any type but application/json is the data as it is; no body gives empty data.",
    problems: [400, 401, 403, 404, 409, 413, 503],
  },
  {
    params: PathParams,
    querystring: CreateZnodeQuery,
    headers: Type.Object(WriteHeaders),
    body: BODY,
    response: {
      201: { description: "Created; `Location` has its name.", ...json(WrittenAnswer) },
      200: { description: "It existed already (`ifNotExists`).", ...json(WrittenAnswer) },
    },
  },
);

const PUT = routeOptions(
  {
    operationId: "putZnode",
    tags: TAGS,
    summary: "Set the data of a znode",
    description:
      "`If-None-Match: *` creates the znode and answers 412 if it exists. `create=true` needs " +
      "READ on an existing znode besides WRITE.",
    problems: [400, 401, 403, 404, 409, 412, 413, 503],
  },
  {
    params: PathParams,
    querystring: PutZnodeQuery,
    headers: Type.Object({
      ...WriteHeaders,
      "if-match": IF_MATCH,
      [IF_NONE_MATCH]: Type.Optional(
        Type.String({ description: "Only *: the znode must not exist." }),
      ),
    }),
    body: BODY,
    response: {
      200: { description: "The data is set.", ...json(WrittenAnswer) },
      201: { description: "The znode was created.", ...json(WrittenAnswer) },
    },
  },
);

const DELETE = routeOptions(
  {
    operationId: "deleteZnode",
    tags: TAGS,
    summary: "Delete a znode",
    problems: [400, 401, 403, 404, 409, 412, 503],
  },
  {
    params: PathParams,
    querystring: DeleteZnodeQuery,
    headers: Type.Object({ ...WriteHeaders, "if-match": IF_MATCH }),
    response: { 204: { type: "null", description: "It is gone." } },
  },
);

export function znodeRoutes(door: Door) {
  return async (server: FastifyInstance): Promise<void> => {
    identifyClients(server, door);
    takeRawBodies(server);
    for (const url of URLS) {
      server.get(url, GET, makeGetZnode(door));
      server.post(url, CREATE, makeCreateZnode(door));
      server.put(url, PUT, makePutZnode(door));
      server.delete(url, DELETE, makeDeleteZnode(door));
    }
  };
}

function json(schema: typeof WrittenAnswer) {
  return { content: { "application/json": { schema } } };
}
