import {
  type MultiOperationItem,
  type OperationResult,
  ResultCode,
  type TxnResult,
} from "@meerkat/tree";
import type { FastifyReply, FastifyRequest } from "fastify";
import { statBody } from "../convert/stat-body.ts";
import { fieldsOfData } from "../convert/znode-data.ts";
import { formatHex } from "../convert/zxid-text.ts";
import type { Door } from "../door.ts";
import type { FailedPart } from "../errors/refusal.ts";
import type { Deed } from "../errors/refusal-sentences.ts";
import { JSON_TYPE, sendRefusal, serialize, setZxid } from "../reply.ts";
import {
  type OperationAnswer,
  type OperationBody,
  type TransactionAnswer,
  TransactionAnswerInOrder,
  type TransactionBody,
} from "../schemas/transaction.ts";
import { submit } from "../submit.ts";
import { type TransactionRequest, transactionRequest } from "../transaction-request.ts";
import { needsSession } from "./create-znode.ts";

export function makeRunTransaction(door: Door) {
  return async (
    request: FastifyRequest<{ Body: TransactionBody }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const asked = transactionRequest(door.limits, request.body);
    const { client } = request;
    if (asked.needsSession && client.session === 0) throw needsSession();
    const result = await submit(door, request, client, asked.operation);
    if (result.type === "error") {
      return sendRefusal(request, reply, result, blame(asked, result));
    }
    if (result.type !== "ok") throw new TypeError(`a transaction was answered with ${result.type}`);
    const answer = transactionAnswer(asked, result);
    return setZxid(reply, result.zxid)
      .type(JSON_TYPE)
      .send(serialize(reply, TransactionAnswerInOrder, answer));
  };
}

function transactionAnswer(
  asked: TransactionRequest,
  result: Extract<TxnResult, { type: "ok" }>,
): TransactionAnswer {
  const bodies = asked.bodies[result.branch ?? "then"];
  const results = result.results.map((one, i) => operationAnswer(bodies[i], one));
  const zxid = formatHex(result.zxid);
  return result.branch === undefined ? { zxid, results } : { zxid, branch: result.branch, results };
}

function operationAnswer(
  asked: OperationBody | undefined,
  result: OperationResult,
): OperationAnswer {
  const op = asked?.op ?? result.type;
  const { path } = result;
  switch (result.type) {
    case "create": {
      const stat = statBody(result.stat);
      return op === "createIfNotExists"
        ? { op, path, created: result.created, stat }
        : { op, path, stat };
    }
    case "delete":
      return { op, path };
    case "check":
      return { op, path: asked?.path ?? path };
    case "setData":
    case "setAcl":
      return { op, path, stat: statBody(result.stat) };
    case "get":
      return { op, path, ...fieldsOfData(result.data), stat: statBody(result.stat) };
    case "children":
      return { op, path, children: [...result.children], stat: statBody(result.stat) };
  }
}

/**
 * Which part failed and what it was to do. The tree names the index; an error of a conditional
 * without a branch is about a condition, and one that is not `multi` about the Idempotency-Key.
 */
function blame(
  { operation }: TransactionRequest,
  { multi, branch, opIndex, code }: Extract<TxnResult, { type: "error" }>,
): { readonly deed: Deed; readonly transaction: FailedPart } {
  if (!multi || code === ResultCode.SESSIONEXPIRED) return { deed: "request", transaction: {} };
  if (operation.type === "multi") {
    return { deed: deedOf(operation.operations, opIndex), transaction: { op: opIndex } };
  }
  if (branch === undefined) return { deed: "get", transaction: { condition: opIndex } };
  return { deed: deedOf(operation[branch], opIndex), transaction: { op: opIndex, branch } };
}

function deedOf(operations: readonly MultiOperationItem[], index: number): Deed {
  return operations[index]?.type ?? "get";
}
