import { DataTree, type Operation, readTxnBatch, type Txn } from "@meerkat/tree";
import { type Proposal, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import { expect, it } from "vitest";
import { Delivery, StateDiverged } from "../../src/pipeline/delivery.ts";
import { Propose, type Proposer } from "../../src/pipeline/propose.ts";
import { RequestQueue } from "../../src/pipeline/request-queue.ts";
import { zxid } from "../storage/folder.ts";
import { create, encoded } from "./requests.ts";

const LIMITS = { txnsMax: 3, gatherTxns: 1, gatherMs: 0, bytesMax: 10_000, txnBytesMax: 5_000 };

/** A leader's window with room for `inFlightMax` batches. */
class Window implements Proposer {
  readonly proposals: Proposal[] = [];
  inFlightMax: number;
  committed = 0;
  nextZxid = zxid(1, 1);

  constructor(inFlightMax: number) {
    this.inFlightMax = inFlightMax;
  }

  get outstanding(): number {
    return this.proposals.length - this.committed;
  }

  get canPropose(): boolean {
    return this.proposals.length < this.inFlightMax;
  }

  propose(payload: Uint8Array, count: number): Proposal {
    const first = this.nextZxid;
    const last = (first + count - 1) as Zxid;
    const previous = this.proposals.at(-1)?.last ?? ZXID_ZERO;
    const proposal: Proposal = { previous, first, last, kind: "txns", payload };
    this.proposals.push(proposal);
    this.nextZxid = (last + 1) as Zxid;
    return proposal;
  }
}

function setUp(inFlightMax = 10, limits = LIMITS) {
  const queue = new RequestQueue(1_000_000);
  const peer = new Window(inFlightMax);
  const delivery = new Delivery(new DataTree());
  const prepared: Txn[] = [];
  const wakeIn = (delayMs: number) => void wakes.push(delayMs);
  const wakes: number[] = [];
  const parts = { peer, delivery, queue, wakeIn };
  const propose = new Propose(parts, limits, (txn) => prepared.push(txn));
  let number = 1;
  const submit = (...operations: Operation[]): void => {
    const requests = encoded(operations);
    const count = operations.length;
    queue.push({ gateway: 7, first: number, count, requests, skip: 0 });
    number += count;
  };
  return { queue, peer, delivery, propose, prepared, submit, wakes };
}

const counts = (peer: Window): number[] =>
  peer.proposals.map(({ payload }) => readTxnBatch(payload).count);

it("gathers while a batch is on its way, until it is worth another or the way is free", () => {
  const { peer, propose, submit } = setUp(10, { ...LIMITS, gatherTxns: 3 });
  submit(create("/1"));
  expect(propose.run()).toBe(true);
  submit(create("/2"), create("/3"));
  expect(propose.run()).toBe(false);
  submit(create("/4"));
  expect(propose.run()).toBe(true);
  submit(create("/5"));
  expect(propose.run()).toBe(false);
  peer.committed = 2;
  expect(propose.run()).toBe(true);
  expect(counts(peer)).toEqual([1, 3, 1]);
});

it("waits for those who were just answered when the way is free", () => {
  const limits = { ...LIMITS, txnsMax: 100, gatherTxns: 100, gatherMs: 10_000 };
  const { peer, propose, submit, wakes } = setUp(10, limits);
  submit(create("/1"), create("/2"));
  expect(propose.run()).toBe(true);
  submit(create("/3"), create("/4"));
  peer.committed = 1;
  // Two are here, and the two that were answered are about to come again.
  expect([propose.run(), propose.run()]).toEqual([false, false]);
  expect(wakes).toHaveLength(1);
  submit(create("/5"));
  expect(propose.run()).toBe(true);
  expect(counts(peer)).toEqual([2, 3]);
});

it("waits for nobody with much to say", () => {
  const { peer, propose, submit } = setUp(10, { ...LIMITS, gatherTxns: 3, bytesMax: 1_000_000 });
  submit(create("/1"));
  propose.run();
  submit(create("/2", "x".repeat(100_000)));
  expect(propose.run()).toBe(true);
  expect(counts(peer)).toEqual([1, 1]);
});

it("closes a batch at its number of txns, and at its bytes", () => {
  const { peer, propose, submit } = setUp();
  submit(create("/1"), create("/2"), create("/3"), create("/4"));
  const large = "x".repeat(4_000);
  submit(create("/5", large), create("/6", large), create("/7", large));
  expect(propose.run()).toBe(true);
  expect(counts(peer)).toEqual([3, 3, 1]);
  expect(propose.run()).toBe(false);
});

it("waits while the window is full", () => {
  const { peer, propose, submit } = setUp(1);
  submit(create("/1"), create("/2"), create("/3"), create("/4"));
  propose.run();
  expect(counts(peer)).toEqual([3]);
  peer.inFlightMax = 2;
  propose.run();
  expect(counts(peer)).toEqual([3, 1]);
});

it("makes batches that a follower applies to the same state", () => {
  const { peer, delivery, propose, submit } = setUp();
  submit(create("/a"), create("/a"), create("/b/c"), create("/d"));
  propose.run();
  const follower = new Delivery(new DataTree());
  for (const proposal of peer.proposals) {
    follower.deliver(proposal);
    delivery.deliver(proposal);
  }
  expect(follower.digest).toBe(delivery.digest);
  expect(follower.applied).toBe(zxid(1, 4));
  expect(delivery.tree.journal.length).toBe(0);
});

it("takes a batch of an older format at its word: nothing can be compared with its digest", () => {
  const { peer, delivery, propose, submit } = setUp();
  submit(create("/a"), create("/b"));
  propose.run();
  const follower = new Delivery(new DataTree());
  for (const proposal of peer.proposals) {
    const payload = Uint8Array.from(proposal.payload);
    // Version 1, and the first byte of its digest.
    payload[0] = 1;
    payload[9] = ~(payload[9] ?? 0);
    follower.deliver({ ...proposal, payload });
  }
  expect(follower.digest).toBe(delivery.tree.digestHex);
});

it("refuses a txn that would not fit a message, and leaves nothing of it", () => {
  const { peer, delivery, propose, prepared, submit } = setUp();
  submit(create("/big", "x".repeat(6_000)), create("/small"));
  propose.run();
  expect(prepared.map(({ body }) => body.type)).toEqual(["error", "changes"]);
  expect(delivery.tree.has("/big")).toBe(false);
  expect(counts(peer)).toEqual([2]);
  const follower = new Delivery(new DataTree());
  for (const proposal of peer.proposals) follower.deliver(proposal);
  expect(follower.digest).toBe(delivery.tree.digestHex);
});

it("goes back to what was delivered when leadership is lost", () => {
  const { peer, delivery, propose, submit } = setUp();
  submit(create("/1"), create("/2"), create("/3"), create("/4"));
  propose.run();
  const [first] = peer.proposals;
  if (first !== undefined) delivery.deliver(first);
  const { digest } = delivery;
  delivery.rollback();
  expect(delivery.tree.digestHex).toBe(digest);
  expect(delivery.tree.has("/3")).toBe(true);
  expect(delivery.tree.has("/4")).toBe(false);
});

it("stops a follower whose state differs from the leader's", () => {
  const { peer, propose, submit } = setUp();
  submit(create("/1"));
  propose.run();
  const tree = new DataTree();
  tree.sessions.add({ id: 1, timeoutMs: 1000, password: "0123456789abcdef", owner: 0 });
  const follower = new Delivery(tree);
  const [proposal] = peer.proposals;
  expect(() => proposal && follower.deliver(proposal)).toThrow(StateDiverged);
});
