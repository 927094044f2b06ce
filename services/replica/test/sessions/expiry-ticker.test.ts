import {
  CreateMode,
  DataTree,
  OPEN_ACL_UNSAFE,
  type Operation,
  prepare,
  type Txn,
} from "@meerkat/tree";
import { expect, it } from "vitest";
import { ExpiryTicker } from "../../src/sessions/expiry-ticker.ts";
import { zxid } from "../storage/folder.ts";

const TICK_MS = 50;

function run(tree: DataTree, operation: Operation, session = 0): Txn {
  const origin = { gateway: 7, number: 1 };
  const request = { origin, session, credentials: [], operation };
  return prepare(tree, request, { zxid: tree.lastZxid + 1, time: 1 });
}

function treeWithSession(): DataTree {
  const tree = new DataTree();
  run(tree, { type: "createSession", timeoutMs: 200, password: "0123456789abcdef" });
  return tree;
}

function ticks(ticker: ExpiryTicker, tree: DataTree, count: number): readonly Operation[] {
  return Array.from({ length: count }, () => ticker.tick(tree)).flat();
}

it("gives every session its full timeout when a leader begins, then closes it", () => {
  const tree = treeWithSession();
  const ticker = new ExpiryTicker(tree, TICK_MS);
  expect(ticks(ticker, tree, 4)).toEqual([]);
  expect(ticks(ticker, tree, 1)).toEqual([{ type: "closeSession", session: 1 }]);
});

it("puts off the end of a session that was heard of", () => {
  const tree = treeWithSession();
  const ticker = new ExpiryTicker(tree, TICK_MS);
  for (let turn = 0; turn < 5; turn += 1) {
    expect(ticks(ticker, tree, 4)).toEqual([]);
    ticker.touched(tree, [1, 99]);
  }
});

it("watches sessions that begin, and forgets those that end", () => {
  const tree = treeWithSession();
  const ticker = new ExpiryTicker(tree, TICK_MS);
  ticker.prepared(run(tree, { type: "closeSession", session: 1 }), zxid(0, 2));
  const opened = run(tree, { type: "createSession", timeoutMs: 400, password: "0123456789abcdef" });
  ticker.prepared(opened, zxid(0, 3));
  expect(ticks(ticker, tree, 8)).toEqual([]);
  expect(ticks(ticker, tree, 1)).toEqual([{ type: "closeSession", session: 3 }]);
});

it("asks again when a session is still there a timeout later", () => {
  const tree = treeWithSession();
  const ticker = new ExpiryTicker(tree, TICK_MS);
  expect(ticks(ticker, tree, 10)).toHaveLength(2);
});

it("deletes very many ephemerals in several txns before it closes their session", () => {
  const tree = treeWithSession();
  for (let n = 0; n < 2_500; n += 1) {
    const mode = CreateMode.EPHEMERAL;
    run(tree, { type: "create", path: `/e${n}`, data: null, acl: OPEN_ACL_UNSAFE, mode }, 1);
  }
  const ticker = new ExpiryTicker(tree, TICK_MS);
  const requests = ticks(ticker, tree, 5);
  expect(requests.map(({ type }) => type)).toEqual(["multi", "closeSession"]);
  for (const request of requests) run(tree, request);
  expect(tree.ephemeralsCount).toBe(0);
  expect(tree.session(1)).toBeUndefined();
});
