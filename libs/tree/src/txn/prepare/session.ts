import type { CloseSessionOperation, CreateSessionOperation } from "../../request.ts";
import { ResultCode } from "../../result-code.ts";
import { applyCloseSession } from "../apply/apply-txn.ts";
import type { TxnBody } from "../txn.ts";
import type { Preparation } from "./preparation.ts";

const PASSWORD_BYTES = 16;
const INT_MAX = 2 ** 31 - 1;

export function prepareCreateSession(
  { tree, zxid }: Preparation,
  { timeoutMs, password }: CreateSessionOperation,
): TxnBody | ResultCode {
  const isTimeout = Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= INT_MAX;
  if (!isTimeout || password.length !== PASSWORD_BYTES) return ResultCode.BADARGUMENTS;
  tree.sessions.add({ id: zxid, timeoutMs, password });
  return { type: "createSession", timeoutMs, password };
}

/** The list of ephemerals is made here, so that every server deletes the same ones. */
export function prepareCloseSession(
  preparation: Preparation,
  { session }: CloseSessionOperation,
): TxnBody | ResultCode {
  const { tree } = preparation;
  if (!tree.sessions.has(session)) return ResultCode.SESSIONEXPIRED;
  const paths = [...(tree.znodes.ephemerals.of(session) ?? [])];
  const body = { type: "closeSession", closed: session, paths } as const;
  applyCloseSession(preparation, body);
  return body;
}
