import { isDeepStrictEqual } from "node:util";
import { JuteReader, JuteWriter } from "@meerkat/jute";
import { expect } from "vitest";
import type { ApplySink } from "../../src/apply-sink.ts";
import { decodeRequest, encodeRequest } from "../../src/codec/request-codec.ts";
import { readTxnBatch, TxnBatchWriter } from "../../src/codec/txn-batch.ts";
import { DataTree } from "../../src/data-tree.ts";
import type { DataTreeOptions } from "../../src/data-tree-options.ts";
import type { Operation, Request } from "../../src/request.ts";
import { prepare } from "../../src/txn/prepare/prepare.ts";
import type { Txn } from "../../src/txn/txn.ts";
import type { OperationPlan, RequestPlan } from "./plans.ts";

/** Small bounds, so that they are met. */
export const TREE_OPTIONS = {
  idempotencyEntriesMax: 2,
  idempotencyAgeMsMax: 3000,
  enforceQuota: true,
} as const satisfies Partial<DataTreeOptions>;

export interface LoggedTxn {
  readonly zxid: number;
  readonly txn: Txn;
}

/** One leader's tree with the log it wrote: every txn encoded in its batch and decoded again. */
export class History {
  readonly leader: DataTree;
  readonly log: LoggedTxn[] = [];
  /** Session ids in the order of their creation; closed ones too. */
  readonly sessions: number[] = [];
  #time = 1_700_000_000_000;
  #zxidNext = 0x1_0000_0001;
  #requestNumber = 0;
  readonly #batch = new TxnBatchWriter();
  readonly #sink: Pick<ApplySink, "onChange"> | undefined;

  constructor(options: Partial<DataTreeOptions> = {}, sink?: Pick<ApplySink, "onChange">) {
    this.leader = new DataTree(options);
    this.#sink = sink;
  }

  /** What the plan is as a request, through the codec and back. */
  requestOf(plan: RequestPlan): Request {
    const { operation, key, credentials, gateway } = plan;
    this.#requestNumber += 1;
    const request: Request = {
      origin: { gateway, number: this.#requestNumber },
      session: this.#sessionAt(plan.slot),
      credentials,
      operation: this.#operationOf(operation),
      ...(key !== undefined && { key }),
    };
    const writer = new JuteWriter();
    encodeRequest(writer, request);
    const decoded = decodeRequest(new JuteReader(writer.toBytes()), request.origin);
    expectSame(decoded, request);
    return decoded;
  }

  /** Prepares the request on the leader; what comes back has been through the log. */
  execute(request: Request, elapsedMs: number): LoggedTxn {
    this.#time += elapsedMs;
    const zxid = this.#zxidNext;
    this.#zxidNext += 1;
    const prepared = prepare(this.leader, request, { zxid, time: this.#time }, this.#sink);
    if (prepared.body.type === "createSession") this.sessions.push(zxid);
    const txn = this.#throughTheLog(prepared, zxid);
    this.log.push({ zxid, txn });
    return { zxid, txn };
  }

  get time(): number {
    return this.#time;
  }

  /** Undoes everything after the zxid on the leader, as when leadership is lost, and in the log. */
  rollback(zxid: number): void {
    this.leader.journal.rollback(zxid);
    while ((this.log.at(-1)?.zxid ?? 0) > zxid) this.log.pop();
    while ((this.sessions.at(-1) ?? 0) > zxid) this.sessions.pop();
    // The next leader's epoch.
    this.#zxidNext = (Math.floor(this.#zxidNext / 2 ** 32) + 1) * 2 ** 32 + 1;
  }

  #operationOf(plan: OperationPlan): Operation {
    if (plan.type === "closeSlot") {
      return { type: "closeSession", session: this.#sessionAt(plan.slot) || 1 };
    }
    if (plan.type !== "attachSlot") return plan;
    const session = this.#sessionAt(plan.slot) || 1;
    return { type: "attachSession", session, password: plan.password, timeoutMs: 7000 };
  }

  #sessionAt(slot: number): number {
    if (slot === 0) return 0;
    return this.sessions[slot - 1] ?? 999;
  }

  #throughTheLog(txn: Txn, zxid: number): Txn {
    this.#batch.begin(zxid, txn.time);
    this.#batch.add(txn);
    const { txns, digest } = readTxnBatch(this.#batch.finish(this.leader.digestHex));
    expect(digest).toBe(this.leader.digestHex);
    const [decoded] = txns;
    if (decoded === undefined) throw new Error("a batch of one txn came back empty");
    expectSame(decoded, txn);
    return decoded;
  }
}

/** A tree that has applied these txns and nothing else. */
export function replayed(log: readonly LoggedTxn[], options: Partial<DataTreeOptions>): DataTree {
  const tree = new DataTree(options);
  for (const { zxid, txn } of log) tree.apply(txn, zxid);
  return tree;
}

/** The quick comparison first: the one that explains is slow. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}
