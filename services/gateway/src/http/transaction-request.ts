import type { MultiOperationItem, Operation } from "@meerkat/tree";
import { conditionOfBody, operationOfBody } from "./convert/operations.ts";
import { badRequest, tooLarge } from "./errors/problem.ts";
import { checkDataSize } from "./handlers/znode-content.ts";
import type { HttpLimits } from "./options.ts";
import type { OperationBody, TransactionBody } from "./schemas/transaction.ts";

export interface TransactionRequest {
  readonly operation: Extract<Operation, { type: "multi" | "conditional" }>;
  /** As the client wrote them, by branch; of the first form `then` is the only one. */
  readonly bodies: {
    readonly then: readonly OperationBody[];
    readonly else: readonly OperationBody[];
  };
  readonly needsSession: boolean;
}

/** What is asked, in the tree's terms and within the limits. @throws HttpProblem 400, 413 */
export function transactionRequest(limits: HttpLimits, body: TransactionBody): TransactionRequest {
  if ("ops" in body) {
    const operations = operationsOf(limits, body.ops, "ops");
    if (operations.length === 0) throw badRequest("ops is empty: give at least one.", "ops");
    return {
      operation: { type: "multi", operations },
      bodies: inBranches(body.ops, []),
      needsSession: body.ops.some(isEphemeral),
    };
  }
  const { if: conditions, then: onTrue = [], else: onFalse = [] } = body;
  checkCount(conditions.length, "if", "conditionsMax", limits.conditionsMax);
  if (conditions.length === 0) throw badRequest("if is empty: give at least one condition.", "if");
  if (onTrue.length + onFalse.length === 0) {
    throw badRequest("then and else are both empty: nothing is to be done.", "then");
  }
  return {
    operation: {
      type: "conditional",
      conditions: conditions.map((condition, i) => conditionOfBody(condition, `if[${i}]`)),
      // biome-ignore lint/suspicious/noThenProperty: the tree's name for this branch.
      then: operationsOf(limits, onTrue, "then"),
      else: operationsOf(limits, onFalse, "else"),
    },
    bodies: inBranches(onTrue, onFalse),
    needsSession: onTrue.some(isEphemeral) || onFalse.some(isEphemeral),
  };
}

function operationsOf(
  limits: HttpLimits,
  bodies: readonly OperationBody[],
  field: string,
): MultiOperationItem[] {
  checkCount(bodies.length, field, "operationsMax", limits.operationsMax);
  return bodies.map((body, i) => {
    const name = `${field}[${i}]`;
    const operation = operationOfBody(body, name);
    if ("data" in operation) checkDataSize(limits, operation.data, `The data of ${name}`);
    return operation;
  });
}

function checkCount(
  count: number,
  field: string,
  limit: "operationsMax" | "conditionsMax",
  maximum: number,
): void {
  if (count > maximum) throw tooLarge(`${field} has ${count} entries`, limit, maximum);
}

function inBranches(
  onTrue: readonly OperationBody[],
  onFalse: readonly OperationBody[],
): TransactionRequest["bodies"] {
  // biome-ignore lint/suspicious/noThenProperty: the API's name for this branch.
  return { then: onTrue, else: onFalse };
}

function isEphemeral(body: OperationBody): boolean {
  return "mode" in body && body.mode === "ephemeral";
}
