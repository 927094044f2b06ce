import type { ApplySink } from "../../apply-sink.ts";
import type { DataTree } from "../../data-tree.ts";
import { invariant } from "../../invariant.ts";
import type {
  ConditionalOperation,
  MultiOperationItem,
  Operation,
  Request,
} from "../../request.ts";
import { ResultCode } from "../../result-code.ts";
import type { ChangeStamp } from "../../znode.ts";
import { remember } from "../apply/apply-txn.ts";
import { Observation, withoutResults } from "../apply/observation.ts";
import type { Txn, TxnBody } from "../txn.ts";
import { prepareCheck, prepareGet, prepareSetAcl, prepareSetData } from "./change.ts";
import { evaluateCondition } from "./conditions.ts";
import { prepareCreate } from "./create.ts";
import { prepareDelete, prepareDeleteContainer } from "./delete.ts";
import type { Preparation } from "./preparation.ts";
import { prepareAttachSession, prepareCloseSession, prepareCreateSession } from "./session.ts";

type Branch = "then" | "else" | undefined;

/**
 * The leader's: makes a txn of a request and applies it to the leader's tree at once, with the way
 * back in the journal. A refused request leaves nothing behind and becomes an error txn, which
 * spends its zxid like any other. `zxid` must be above the tree's last one. `sink` hears of changes as
 * they are made, of a request that is refused later, too.
 */
export function prepare(
  tree: DataTree,
  request: Request,
  stamp: ChangeStamp,
  sink?: Pick<ApplySink, "onChange">,
): Txn {
  const { zxid, time } = stamp;
  invariant(zxid > tree.lastZxid, "a txn is prepared behind the tree", zxid, tree.lastZxid);
  const { journal, lastZxid } = tree;
  journal.begin(lastZxid, tree.idempotency.appliedZxid);
  try {
    const body = prepareBody(tree, request, stamp, sink);
    tree.advanceTo(zxid);
    journal.end(zxid);
    return makeTxn(request, time, body);
  } catch (error) {
    journal.abort();
    throw error;
  }
}

function prepareBody(
  tree: DataTree,
  request: Request,
  stamp: ChangeStamp,
  sink: Pick<ApplySink, "onChange"> | undefined,
): TxnBody {
  tree.idempotency.advance(stamp.zxid, stamp.time);
  const { key } = request;
  const seen = key === undefined ? undefined : tree.idempotency.get(key.key);
  if (seen !== undefined) {
    if (seen.fingerprint === key?.fingerprint) return { type: "duplicate", key: seen.key };
    return errorBody(ResultCode.BADARGUMENTS, 0, "", undefined, false);
  }
  const observation = key === undefined ? withoutResults(sink) : new Observation(sink, true);
  const { preparation } = tree;
  preparation.begin(request, stamp, observation);
  const mark = tree.journal.mark();
  const body = runOperation(preparation, request.operation);
  if (body.type === "error") tree.journal.rollbackTo(mark);
  else if (key !== undefined) remember(preparation, { body, idempotency: key });
  return body;
}

function runOperation(preparation: Preparation, operation: Operation): TxnBody {
  switch (operation.type) {
    case "multi":
      return runAll(preparation, operation.operations, undefined);
    case "conditional":
      return runConditional(preparation, operation);
    case "createSession":
      return orError(prepareCreateSession(preparation, operation));
    case "attachSession":
      return orError(prepareAttachSession(preparation, operation));
    case "closeSession":
      return orError(prepareCloseSession(preparation, operation));
    case "deleteContainer":
      return one(preparation, operation.path, prepareDeleteContainer(preparation, operation.path));
    case "noop":
      return { type: "noop" };
    default:
      return one(preparation, operation.path, runItem(preparation, operation, 0));
  }
}

function runItem(preparation: Preparation, operation: MultiOperationItem, op: number): ResultCode {
  switch (operation.type) {
    case "create":
      return prepareCreate(preparation, operation, op);
    case "delete":
      return prepareDelete(preparation, operation, op);
    case "setData":
      return prepareSetData(preparation, operation, op);
    case "setAcl":
      return prepareSetAcl(preparation, operation, op);
    case "check":
      return prepareCheck(preparation, operation, op);
    case "get":
    case "children":
      return prepareGet(preparation, operation, op);
  }
}

function one({ records }: Preparation, path: string, code: ResultCode): TxnBody {
  if (code !== ResultCode.OK) return errorBody(code, 0, path, undefined, false);
  return { type: "changes", multi: false, records };
}

function runAll(
  preparation: Preparation,
  operations: readonly MultiOperationItem[],
  branch: Branch,
): TxnBody {
  let op = 0;
  for (const operation of operations) {
    const code = runItem(preparation, operation, op);
    if (code !== ResultCode.OK) return errorBody(code, op, operation.path, branch, true);
    op += 1;
  }
  const body = { type: "changes", multi: true, records: preparation.records } as const;
  return branch === undefined ? body : { ...body, branch };
}

/** A condition that may not be read is an error of no branch; its index is the condition's. */
function runConditional(preparation: Preparation, operation: ConditionalOperation): TxnBody {
  const session = preparation.checkSession();
  if (session !== ResultCode.OK) return errorBody(session, 0, "", undefined, true);
  let holds = true;
  let index = 0;
  for (const condition of operation.conditions) {
    const outcome = evaluateCondition(preparation, condition);
    if (outcome === "forbidden") {
      return errorBody(ResultCode.NOAUTH, index, condition.path, undefined, true);
    }
    holds &&= outcome;
    index += 1;
  }
  return holds
    ? runAll(preparation, operation.then, "then")
    : runAll(preparation, operation.else, "else");
}

function orError(body: TxnBody | ResultCode): TxnBody {
  return typeof body === "number" ? errorBody(body, 0, "", undefined, false) : body;
}

function errorBody(
  code: ResultCode,
  opIndex: number,
  path: string,
  branch: Branch,
  multi: boolean,
): TxnBody {
  const body = { type: "error", code, opIndex, path, multi } as const;
  return branch === undefined ? body : { ...body, branch };
}

function makeTxn(request: Request, time: number, body: TxnBody): Txn {
  const { origin, session, key, traceparent } = request;
  if (key === undefined && traceparent === undefined) return { origin, session, time, body };
  return {
    origin,
    session,
    time,
    body,
    ...(key !== undefined && { idempotency: key }),
    ...(traceparent !== undefined && { traceparent }),
  };
}
