import type { OperationResult, TxnResult } from "../../src/apply-sink.ts";
import type { MultiOperationItem, Operation, Request } from "../../src/request.ts";
import { ResultCode } from "../../src/result-code.ts";
import {
  holds,
  type ModelContext,
  needSession,
  Refused,
  removeNode,
  runOperation,
} from "./model-operations.ts";
import { childrenOf, INITIAL_STATE, type ModelState, nodeAt } from "./model-state.ts";
import type { TreeEvent } from "./tree-event.ts";

export interface ModelLimits {
  readonly answersMax: number;
  readonly answerAgeMsMax: number;
}

export interface ModelOutcome {
  readonly state: ModelState;
  readonly result: TxnResult;
  readonly events: readonly TreeEvent[];
}

/** What a request makes of a state. Every refusal leaves the state as it was. */
export function runRequest(
  before: ModelState,
  request: Request,
  stamp: { readonly zxid: number; readonly time: number },
  limits: ModelLimits,
): ModelOutcome {
  const { key } = request;
  const oldest = stamp.time - limits.answerAgeMsMax;
  const answers = before.answers.filter((answer) => answer.time >= oldest);
  const state = { ...before, answers };
  const answer = answers.find((other) => other.key === key?.key);
  if (answer !== undefined) {
    if (answer.fingerprint === key?.fingerprint) {
      return { state, result: answer.result, events: [] };
    }
    return { state, result: refusal(stamp.zxid, ResultCode.BADARGUMENTS), events: [] };
  }
  const { session, credentials } = request;
  const { gateway } = request.origin;
  const outcome = runOrRefuse(state, request.operation, {
    session,
    gateway,
    credentials,
    ...stamp,
  });
  if (key === undefined || outcome.result.type === "error") return outcome;
  const kept = { ...key, time: stamp.time, result: outcome.result };
  const newest = [...answers, kept].slice(-limits.answersMax);
  return { ...outcome, state: { ...outcome.state, answers: newest } };
}

export { INITIAL_STATE, type ModelState };

function runOrRefuse(state: ModelState, operation: Operation, context: ModelContext): ModelOutcome {
  const { zxid } = context;
  switch (operation.type) {
    case "multi":
      return runAll(state, operation.operations, context, undefined);
    case "conditional": {
      const refusal = sessionRefusal(state, context);
      if (refusal !== undefined) return refused(state, zxid, refusal, { multi: true });
      let branch: "then" | "else" = "then";
      for (const [opIndex, condition] of operation.conditions.entries()) {
        try {
          if (!holds(state, condition, context)) branch = "else";
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          return refused(state, zxid, error.code, { opIndex, path: condition.path, multi: true });
        }
      }
      return runAll(state, operation[branch], context, branch);
    }
    case "createSession": {
      const { timeoutMs, password, owned } = operation;
      const owner = owned === true ? context.gateway : 0;
      const sessions = { ...state.sessions, [zxid]: { timeoutMs, password, owner } };
      const result = { type: "session", zxid, session: zxid, timeoutMs } as const;
      return { state: { ...state, sessions }, result, events: [] };
    }
    case "attachSession": {
      const { session, password, timeoutMs } = operation;
      const attached = state.sessions[session];
      if (attached?.password !== password) {
        return refused(state, zxid, ResultCode.SESSIONEXPIRED, {});
      }
      const owner = context.gateway;
      const sessions = { ...state.sessions, [session]: { timeoutMs, password, owner } };
      return {
        state: { ...state, sessions },
        result: { type: "session", zxid, session, timeoutMs },
        events: [],
      };
    }
    case "closeSession":
      return closeSession(state, operation.session, context);
    case "deleteContainer":
      return deleteContainer(state, operation.path, context);
    case "noop":
      return { state, result: { type: "ok", zxid, results: [] }, events: [] };
    default: {
      const outcome = runAll(state, [operation], context, undefined);
      if (outcome.result.type !== "error") return outcome;
      return { ...outcome, result: { ...outcome.result, multi: false } };
    }
  }
}

/** Each operation sees what the ones before it did; when one is refused, none has happened. */
function runAll(
  before: ModelState,
  operations: readonly MultiOperationItem[],
  context: ModelContext,
  branch: "then" | "else" | undefined,
): ModelOutcome {
  const side = branch === undefined ? {} : { branch };
  let state = before;
  const results: OperationResult[] = [];
  const events: TreeEvent[] = [];
  for (const [opIndex, operation] of operations.entries()) {
    try {
      const step = runOperation(state, operation, context);
      state = step.state;
      results.push(step.result);
      events.push(...step.events);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { path } = operation;
      return refused(before, context.zxid, error.code, { opIndex, path, multi: true, ...side });
    }
  }
  return { state, result: { type: "ok", zxid: context.zxid, ...side, results }, events };
}

function closeSession(state: ModelState, session: number, context: ModelContext): ModelOutcome {
  const { zxid } = context;
  if (state.sessions[session] === undefined) {
    return refused(state, zxid, ResultCode.SESSIONEXPIRED, {});
  }
  const refusal = sessionRefusal(state, context);
  if (refusal !== undefined) return refused(state, zxid, refusal, {});
  const events: TreeEvent[] = [];
  for (const [path, node] of Object.entries(state.nodes)) {
    if (node.ephemeralOwner !== session) continue;
    const removed = removeNode(state, path, context);
    state = removed.state;
    events.push(...removed.events);
  }
  const sessions = { ...state.sessions };
  delete sessions[session];
  return { state: { ...state, sessions }, result: { type: "ok", zxid, results: [] }, events };
}

function sessionRefusal(state: ModelState, context: ModelContext): ResultCode | undefined {
  try {
    needSession(state, context);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.code;
  }
}

function deleteContainer(state: ModelState, path: string, context: ModelContext): ModelOutcome {
  const { zxid, time } = context;
  const node = nodeAt(state, path);
  const isBuiltIn = path === "/" || /^\/zookeeper(\/quota|\/config)?$/.test(path);
  const refuse = (code: ResultCode) => refused(state, zxid, code, { path });
  if (isBuiltIn || !path.includes("/") || path.includes("\0")) {
    return refuse(ResultCode.BADARGUMENTS);
  }
  if (node === undefined) return refuse(ResultCode.NONODE);
  if (childrenOf(state, path).length > 0) return refuse(ResultCode.NOTEMPTY);
  const isUsedContainer = node.kind === "container" && node.creations > 0;
  const isOverdue = node.kind === "ttl" && time - node.mtime > node.ttlMs;
  if (!isUsedContainer && !isOverdue) return refuse(ResultCode.BADARGUMENTS);
  const removed = removeNode(state, path, context);
  const result = { type: "ok", zxid, results: [{ type: "delete", path }] } as const;
  return { ...removed, result };
}

type RefusalPlace = Partial<Pick<Refusal, "opIndex" | "path" | "multi" | "branch">>;
type Refusal = Extract<TxnResult, { type: "error" }>;

function refused(
  state: ModelState,
  zxid: number,
  code: ResultCode,
  place: RefusalPlace,
): ModelOutcome {
  return { state, result: { ...refusal(zxid, code), ...place }, events: [] };
}

function refusal(zxid: number, code: ResultCode): Refusal {
  return { type: "error", zxid, code, opIndex: 0, path: "", multi: false };
}
