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
  ZNODE_EXAMPLE,
  ZnodeAnswer,
  ZnodeBody,
} from "../schemas/znode.ts";
import { answer, ETAG, emptyAnswer, LOCATION } from "./answer-docs.ts";
import { hidden, routeOptions } from "./route-docs.ts";

const TAGS = ["znodes"];

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
const CREATED = { ...ETAG, ...LOCATION };
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
      200: withRawBytes(
        answer(
          "The znode, or a page of its children where `children` is given.",
          Type.Union([ZnodeAnswer, ChildrenAnswer], { examples: [ZNODE_EXAMPLE] }),
          ETAG,
        ),
      ),
      304: emptyAnswer("The copy that the client has is of this version.", ETAG),
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
      201: answer("Created, under the name in Location.", WrittenAnswer, CREATED),
      200: answer("It existed already (`ifNotExists`).", WrittenAnswer, CREATED),
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
      200: answer("The data is set.", WrittenAnswer, ETAG),
      201: answer("The znode was created.", WrittenAnswer, CREATED),
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
    response: { 204: emptyAnswer("It is gone.") },
  },
);

export function znodeRoutes(door: Door) {
  return async (server: FastifyInstance): Promise<void> => {
    identifyClients(server, door);
    takeRawBodies(server);
    // Without a slash behind it: the root too.
    server.get("/v1/znodes/*", GET, makeGetZnode(door));
    server.get("/v1/znodes", hidden(GET), makeGetZnode(door));
    server.post("/v1/znodes/*", CREATE, makeCreateZnode(door));
    server.post("/v1/znodes", hidden(CREATE), makeCreateZnode(door));
    server.put("/v1/znodes/*", PUT, makePutZnode(door));
    server.put("/v1/znodes", hidden(PUT), makePutZnode(door));
    server.delete("/v1/znodes/*", DELETE, makeDeleteZnode(door));
    server.delete("/v1/znodes", hidden(DELETE), makeDeleteZnode(door));
  };
}

function withRawBytes<T extends { readonly content: object }>(documented: T) {
  const content = { ...documented.content, "application/octet-stream": { schema: RawBytes } };
  return { ...documented, content };
}
