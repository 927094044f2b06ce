import type { ApplySink, TxnResult } from "../../apply-sink.ts";
import { decodeTxnResult, encodeTxnResult } from "../../codec/result-codec.ts";
import type { DataTree } from "../../data-tree.ts";
import { invariant } from "../../invariant.ts";
import { ResultCode } from "../../result-code.ts";
import type { Txn, TxnBody } from "../txn.ts";
import { type ApplyContext, applyDelete, applyRecord } from "./apply-record.ts";
import { Observation, withoutResults } from "./observation.ts";

/** Applies a committed txn; see `DataTree.apply`. */
export function applyTxn(tree: DataTree, txn: Txn, zxid: number, sink?: Partial<ApplySink>): void {
  invariant(!tree.journal.recording, "an apply while a txn is being prepared", zxid);
  const remembers = tree.idempotency.advance(zxid, txn.time) && txn.idempotency !== undefined;
  const wanted = sink?.wantsResult?.(txn.origin.gateway) === true;
  const observation = wanted || remembers ? new Observation(sink, true) : withoutResults(sink);
  const context = { tree, zxid, time: txn.time, session: txn.session, observation };
  applyBody(context, txn.body);
  tree.advanceTo(zxid);
  if (remembers) remember(context, txn);
  if (sink !== undefined) reportSession(txn.body, sink);
  if (wanted) sink?.onResult?.(txn.origin.number, resultOf(context, txn.body));
}

function reportSession(body: TxnBody, sink: Partial<ApplySink>): void {
  if (body.type === "closeSession") sink.onSessionClosed?.(body.closed);
  else if (body.type === "attachSession") sink.onSessionAttached?.(body.attached, body.owner);
}

/** Keeps the answer of a successful txn under its key. */
export function remember(context: ApplyContext, txn: Pick<Txn, "body" | "idempotency">): void {
  const { body, idempotency } = txn;
  if (idempotency === undefined || body.type === "error" || body.type === "duplicate") return;
  const { tree, zxid, time } = context;
  const resultBytes = encodeTxnResult(resultOf(context, body));
  tree.idempotency.put({ ...idempotency, zxid, time, resultBytes });
}

function applyBody(context: ApplyContext, body: TxnBody): void {
  const { tree, zxid } = context;
  switch (body.type) {
    case "changes":
      for (const record of body.records) applyRecord(context, record);
      return;
    case "createSession":
      tree.sessions.add({
        id: zxid,
        timeoutMs: body.timeoutMs,
        password: body.password,
        owner: body.owner,
      });
      return;
    case "attachSession":
      tree.sessions.attach(body.attached, body.owner, body.timeoutMs);
      return;
    case "closeSession":
      applyCloseSession(context, body);
      return;
    case "error":
    case "duplicate":
    case "noop":
      return;
  }
}

/** All ephemerals go in the one txn, each with its own events. */
export function applyCloseSession(
  context: ApplyContext,
  body: Extract<TxnBody, { type: "closeSession" }>,
): void {
  for (const path of body.paths) applyDelete(context, path);
  context.tree.sessions.remove(body.closed);
}

function resultOf({ tree, zxid, observation }: ApplyContext, body: TxnBody): TxnResult {
  switch (body.type) {
    case "changes":
      return okResult(zxid, observation, body.branch);
    case "createSession":
      return { type: "session", zxid, session: zxid, timeoutMs: body.timeoutMs };
    case "attachSession":
      return { type: "session", zxid, session: body.attached, timeoutMs: body.timeoutMs };
    case "closeSession":
    case "noop":
      return okResult(zxid, observation, undefined);
    case "error": {
      const { code, opIndex, path, multi, branch } = body;
      const error = { type: "error", zxid, code, opIndex, path, multi } as const;
      return branch === undefined ? error : { ...error, branch };
    }
    case "duplicate":
      return storedResult(tree, body.key, zxid);
  }
}

function okResult(
  zxid: number,
  observation: Observation,
  branch: "then" | "else" | undefined,
): TxnResult {
  const ok = { type: "ok", zxid, results: observation.results } as const;
  return branch === undefined ? ok : { ...ok, branch };
}

function storedResult(tree: DataTree, key: string, zxid: number): TxnResult {
  const entry = tree.idempotency.get(key);
  if (entry !== undefined) return decodeTxnResult(entry.resultBytes);
  // Only a replay over a snapshot that has already forgotten the key comes here.
  const code = ResultCode.RUNTIMEINCONSISTENCY;
  return { type: "error", zxid, code, opIndex: 0, path: "", multi: false };
}
