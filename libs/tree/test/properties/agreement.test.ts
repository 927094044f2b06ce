import fc from "fast-check";
import { expect, test } from "vitest";
import type { TreeEvent } from "../../src/apply-sink.ts";
import { DataTree } from "../../src/data-tree.ts";
import type { Operation } from "../../src/request.ts";
import { INITIAL_STATE, runRequest } from "../model/model-tree.ts";
import { PROPERTY_TIMEOUT_MS, runsOf } from "./config.ts";
import { expectSame, History, TREE_OPTIONS } from "./history.ts";
import { pictureOfModel, pictureOfTree, RecordingSink } from "./observed.ts";
import { anyPlan, PRELUDE, type RequestPlan } from "./plans.ts";

const LIMITS = {
  answersMax: TREE_OPTIONS.idempotencyEntriesMax,
  answerAgeMsMax: TREE_OPTIONS.idempotencyAgeMsMax,
};

/** The leader prepares, the follower applies what was logged, the model says what is right. */
function expectAgreement(plans: readonly RequestPlan[]): void {
  const history = new History(TREE_OPTIONS);
  const { leader } = history;
  const follower = new DataTree(TREE_OPTIONS);
  const sink = new RecordingSink();
  let model = INITIAL_STATE;
  for (const plan of [...PRELUDE, ...plans]) {
    const request = history.requestOf(plan);
    const picture = pictureOfTree(follower);
    const { zxid, txn } = history.execute(request, plan.elapsedMs);
    sink.events = [];
    follower.apply(txn, zxid, sink);
    const expected = runRequest(model, request, { zxid, time: history.time }, LIMITS);
    model = expected.state;

    expectSame(pictureOfTree(follower), pictureOfModel(model));
    expectSame(pictureOfTree(leader), pictureOfTree(follower));
    expect(leader.digestHex).toBe(follower.digestHex);
    expect([leader.lastZxid, follower.lastZxid]).toEqual([zxid, zxid]);
    const { number, gateway } = request.origin;
    const result = sink.results.get(number);
    if (gateway === 1) expectSame(result, expected.result);
    else expect(result).toBe(undefined);
    expectEvents(request.operation, sink.events, expected.events);
    if (expected.result.type === "error") {
      expectSame({ ...pictureOfTree(follower), answers: 0 }, { ...picture, answers: 0 });
    }
  }
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
      runsOf(150),
    );
  },
  PROPERTY_TIMEOUT_MS,
);
