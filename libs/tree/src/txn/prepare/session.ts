import type {
  AttachSessionOperation,
  CloseSessionOperation,
  CreateSessionOperation,
} from "../../request.ts";
import { ResultCode } from "../../result-code.ts";
import { applyCloseSession } from "../apply/apply-txn.ts";
import type { TxnBody } from "../txn.ts";
import type { Preparation } from "./preparation.ts";

const PASSWORD_BYTES = 16;
const INT_MAX = 2 ** 31 - 1;

export function prepareCreateSession(
  { tree, zxid, request }: Preparation,
  { timeoutMs, password, owned }: CreateSessionOperation,
): TxnBody | ResultCode {
  if (!isTimeout(timeoutMs) || password.length !== PASSWORD_BYTES) return ResultCode.BADARGUMENTS;
  const owner = owned === true ? request.origin.gateway : 0;
  tree.sessions.add({ id: zxid, timeoutMs, password, owner });
  return { type: "createSession", timeoutMs, password, owner };
}

export function prepareAttachSession(
  { tree, request }: Preparation,
  { session: id, password, timeoutMs }: AttachSessionOperation,
): TxnBody | ResultCode {
  if (!isTimeout(timeoutMs)) return ResultCode.BADARGUMENTS;
  if (tree.session(id)?.password !== password) return ResultCode.SESSIONEXPIRED;
  const owner = request.origin.gateway;
  tree.sessions.attach(id, owner, timeoutMs);
  return { type: "attachSession", attached: id, timeoutMs, owner };
}

/** The list of ephemerals is made here, so that every server deletes the same ones. */
export function prepareCloseSession(
  preparation: Preparation,
  { session }: CloseSessionOperation,
): TxnBody | ResultCode {
  const { tree } = preparation;
  if (!tree.sessions.has(session)) return ResultCode.SESSIONEXPIRED;
  const refusal = preparation.checkSession();
  if (refusal !== ResultCode.OK) return refusal;
  const paths = [...(tree.znodes.ephemerals.of(session) ?? [])];
  const body = { type: "closeSession", closed: session, paths } as const;
  applyCloseSession(preparation, body);
  return body;
}

function isTimeout(timeoutMs: number): boolean {
  return Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= INT_MAX;
}
