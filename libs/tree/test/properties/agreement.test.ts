import fc from "fast-check";
import { expect, test } from "vitest";
import type { TxnResult } from "../../src/apply-sink.ts";
import { DataTree } from "../../src/data-tree.ts";
import type { Operation, Request } from "../../src/request.ts";
import { ResultCode } from "../../src/result-code.ts";
import { INITIAL_STATE, type ModelState, runRequest } from "../model/model-tree.ts";
import type { TreeEvent } from "../model/tree-event.ts";
import { PROPERTY_TIMEOUT_MS, runsOf } from "./config.ts";
import { expectSame, History, TREE_OPTIONS } from "./history.ts";
import { pictureOfModel, pictureOfTree, RecordingSink } from "./observed.ts";
import { anyPlan, PRELUDE, type RequestPlan } from "./plans.ts";

const LIMITS = {
  answersMax: TREE_OPTIONS.idempotencyEntriesMax,
  answerAgeMsMax: TREE_OPTIONS.idempotencyAgeMsMax,
};

const NAMES = new Map(Object.entries(ResultCode).map(([name, code]) => [code, name]));

/** What came of the requests, by name: a property that reaches nothing proves nothing. */
const reached = new Set<string>();

/** The leader prepares, the follower applies what was logged, the model says what is right. */
function expectAgreement(plans: readonly RequestPlan[]): void {
  const history = new History(TREE_OPTIONS);
  const { leader } = history;
  const follower = new DataTree(TREE_OPTIONS);
  const sink = new RecordingSink();
  let model = INITIAL_STATE;
  let picture = pictureOfTree(follower);
  for (const plan of [...PRELUDE, ...plans]) {
    const request = history.requestOf(plan);
    const { zxid, txn } = history.execute(request, plan.elapsedMs);
    sink.forget();
    follower.apply(txn, zxid, sink);
    const expected = runRequest(model, request, { zxid, time: history.time }, LIMITS);
    const closed = closedBetween(model, expected.state);
    model = expected.state;
    reached.add(nameOfOutcome(request, expected.result, zxid));

    const before = picture;
    picture = pictureOfTree(follower);
    expectSame(picture, pictureOfModel(model));
    expect(leader.digestHex).toBe(follower.digestHex);
    expect([leader.lastZxid, follower.lastZxid]).toEqual([zxid, zxid]);
    const { number, gateway } = request.origin;
    expectSame(sink.results, gateway === 1 ? [{ number, result: expected.result }] : []);
    expectEvents(request.operation, sink.events, expected.events);
    expectSame(sink.closed, closed);
    expectSame(
      sink.attached,
      expected.result.zxid === zxid ? attachedBy(request, expected.result) : [],
    );
    if (expected.result.type === "error") {
      expectSame({ ...picture, answers: 0 }, { ...before, answers: 0 });
    }
  }
  expectSame(pictureOfTree(leader), picture);
}

function attachedBy({ operation, origin }: Request, result: TxnResult): unknown[] {
  if (operation.type !== "attachSession" || result.type === "error") return [];
  return [[operation.session, origin.gateway]];
}

function closedBetween(before: ModelState, after: ModelState): number[] {
  const ids = Object.keys(before.sessions).map(Number);
  return ids.filter((id) => after.sessions[id] === undefined);
}

function nameOfOutcome({ operation }: Request, result: TxnResult, zxid: number): string {
  if (result.type === "error") return `${operation.type} ${NAMES.get(result.code)}`;
  if (result.zxid !== zxid) return "duplicate";
  return `${operation.type} ${result.type === "ok" ? (result.branch ?? "OK") : "OK"}`;
}

/** In which order a closing session's ephemerals go, or siblings in a recursive delete, is open. */
function expectEvents(
  operation: Operation,
  actual: readonly TreeEvent[],
  expected: readonly TreeEvent[],
): void {
  const isOpen =
    operation.type === "closeSession" || JSON.stringify(operation).includes("recursive");
  expectSame(isOpen ? inAnyOrder(actual) : actual, isOpen ? inAnyOrder(expected) : expected);
}

function inAnyOrder(events: readonly TreeEvent[]): string[] {
  return events.map((event) => JSON.stringify(event)).sort();
}

test(
  "leader, follower and model agree on results, events and state after every request",
  () => {
    fc.assert(
      fc.property(fc.array(anyPlan, { maxLength: 60, size: "max" }), expectAgreement),
      runsOf(160),
    );
  },
  PROPERTY_TIMEOUT_MS,
);

test("the requests above reached every kind of outcome", () => {
  const expected = [
    ...["OK", "NONODE", "NODEEXISTS", "NOAUTH", "BADARGUMENTS", "INVALIDACL"].map(
      (name) => `create ${name}`,
    ),
    ...["QUOTAEXCEEDED", "SESSIONEXPIRED", "NOCHILDRENFOREPHEMERALS"].map(
      (name) => `create ${name}`,
    ),
    ...["OK", "NONODE", "NOTEMPTY", "BADVERSION", "NOAUTH"].map((name) => `delete ${name}`),
    ...["OK", "BADVERSION", "QUOTAEXCEEDED", "NOAUTH"].map((name) => `setData ${name}`),
    ...["OK", "BADVERSION", "INVALIDACL", "NOAUTH"].map((name) => `setAcl ${name}`),
    ...["OK", "BADVERSION"].map((name) => `check ${name}`),
    ...["OK", "NONODE", "BADVERSION", "NODEEXISTS"].map((name) => `multi ${name}`),
    ...["then", "else", "NOAUTH", "NONODE"].map((name) => `conditional ${name}`),
    ...["OK", "SESSIONEXPIRED", "SESSIONMOVED"].map((name) => `closeSession ${name}`),
    ...["OK", "SESSIONEXPIRED"].map((name) => `attachSession ${name}`),
    "create SESSIONMOVED",
    ...["OK", "NOTEMPTY", "BADARGUMENTS"].map((name) => `deleteContainer ${name}`),
    ...["createSession OK", "noop OK", "duplicate", "noop BADARGUMENTS"],
  ];
  expect(expected.filter((name) => !reached.has(name))).toEqual([]);
});
