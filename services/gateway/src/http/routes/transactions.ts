import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { identifyClients } from "../client.ts";
import type { Door } from "../door.ts";
import { makeRunTransaction } from "../handlers/run-transaction.ts";
import { WriteHeaders } from "../schemas/common.ts";
import { TransactionAnswer, TransactionBody } from "../schemas/transaction.ts";
import { answer } from "./answer-docs.ts";
import { routeOptions } from "./route-docs.ts";

const RUN = routeOptions(
  {
    operationId: "runTransaction",
    tags: ["transactions"],
    summary: "Do several operations, all or none",
    description:
      "Either `ops`, or `if` with `then` and `else`: one transaction either way. The first " +
      "operation that is refused refuses all; the problem names its index and path. What would " +
      "be 404 or 412 for one znode is 409 here.",
    problems: [400, 401, 403, 409, 413, 415, 503],
  },
  {
    headers: Type.Object(WriteHeaders),
    body: TransactionBody,
    response: { 200: answer("All of it was done.", TransactionAnswer) },
  },
);

export function transactionRoutes(door: Door) {
  return async (server: FastifyInstance): Promise<void> => {
    identifyClients(server, door);
    server.post("/v1/transactions", RUN, makeRunTransaction(door));
  };
}
