import {
  CreateMode,
  DataTree,
  OPEN_ACL_UNSAFE,
  type Operation,
  prepare,
  type Txn,
} from "@meerkat/tree";
import { describe, expect, it } from "vitest";
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
    ticker.onWord(tree, { gateway: 7, touched: [1, 99], answers: 0 });
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

describe("of a session that a gateway serves", () => {
  const GATEWAY = 7;

  /** Its timeout of 200 ms is up, and its gateway is asked. */
  function inDoubt() {
    const tree = new DataTree();
    const create = { type: "createSession", timeoutMs: 200, password: "0123456789abcdef" } as const;
    run(tree, { ...create, owned: true });
    const ticker = new ExpiryTicker(tree, TICK_MS);
    expect(ticks(ticker, tree, 4)).toEqual([]);
    expect(ticker.questions).toEqual([]);
    expect(ticks(ticker, tree, 1)).toEqual([]);
    expect(ticker.questions).toEqual([{ gateway: GATEWAY, number: 1 }]);
    const word = (touched: readonly number[], answers: number) =>
      ticker.onWord(tree, { gateway: GATEWAY, touched, answers });
    return { tree, ticker, word };
  }

  it("asks the gateway, and ends the session that it did not hear of", () => {
    const { ticker, word } = inDoubt();
    expect(word([], 1)).toEqual([{ type: "closeSession", session: 1 }]);
    expect(ticker.questions).toEqual([]);
  });

  it("lets a session live that the gateway did hear of", () => {
    const { tree, ticker, word } = inDoubt();
    expect(word([1], 1)).toEqual([]);
    expect(ticker.questions).toEqual([]);
    expect(ticks(ticker, tree, 4)).toEqual([]);
  });

  it("takes a word that was on its way for no answer", () => {
    const { ticker, word } = inDoubt();
    expect(word([], 0)).toEqual([]);
    expect(ticker.questions).toHaveLength(1);
  });

  it("asks anew when another session comes into doubt before the answer", () => {
    const { tree, ticker, word } = inDoubt();
    const create = { type: "createSession", timeoutMs: 100, password: "0123456789abcdef" } as const;
    const created = run(tree, { ...create, owned: true });
    ticker.prepared(created, zxid(0, 2));
    ticks(ticker, tree, 3);
    expect(ticker.questions).toEqual([{ gateway: GATEWAY, number: 2 }]);
    expect(word([], 1)).toEqual([]);
    expect(word([], 2)).toHaveLength(2);
  });

  it("waits for a silent gateway: a timeout and some grace from its last word", () => {
    const { tree, ticker, word } = inDoubt();
    word([], 0);
    const ticksOfSilence = (200 + 1_500) / TICK_MS;
    expect(ticks(ticker, tree, ticksOfSilence)).toEqual([]);
    expect(ticks(ticker, tree, 1)).toEqual([{ type: "closeSession", session: 1 }]);
  });

  it("doubts no more when the session moves to another gateway", () => {
    const { tree, ticker, word } = inDoubt();
    const attach = {
      type: "attachSession",
      session: 1,
      password: "0123456789abcdef",
      timeoutMs: 400,
    } as const;
    const origin = { gateway: 8, number: 1 };
    const request = { origin, session: 1, credentials: [], operation: attach };
    const txn = prepare(tree, request, { zxid: tree.lastZxid + 1, time: 1 });
    ticker.prepared(txn, zxid(0, 2));
    expect(ticker.questions).toEqual([]);
    expect(word([], 1)).toEqual([]);
    expect(ticks(ticker, tree, 8)).toEqual([]);
    ticks(ticker, tree, 1);
    expect(ticker.questions).toEqual([{ gateway: 8, number: 2 }]);
  });
});
