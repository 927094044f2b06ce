import type { ServerReport } from "@meerkat/transport";
import { DataTree, prepare, type TxnResult } from "@meerkat/tree";
import {
  type Caller,
  type ChangeListener,
  type Coordination,
  type ReadOptions,
  type TreeListener,
  Unavailable,
  type Write,
} from "../../src/coordination.ts";
import { Latencies } from "../../src/latencies.ts";
import { GatewaySink, Listeners } from "../../src/observer/gateway-sink.ts";

/** The first zxid of epoch 1 is 0x100000001. */
const EPOCH_BASE = 2 ** 32;
const GATEWAY = 7;
/** 2026-01-01T00:00:00Z; every txn is a second later. */
const START_MS = Date.UTC(2026, 0, 1);

/**
 * A whole ensemble in one object: requests are prepared on a leader's tree and applied to the
 * gateway's, in the same turn. Its clock goes one second per transaction, so answers are the same in every run.
 */
export class SingleNode implements Coordination {
  readonly tree = new DataTree();
  readonly touched: number[] = [];
  /** Set it to make every write fail so. */
  failure: Error | undefined = undefined;
  notReady: string | undefined = undefined;
  reports: readonly { readonly report: ServerReport; readonly ageMs: number }[] = [];
  readonly writes: Write[] = [];
  readonly reads: ReadOptions[] = [];
  readonly incarnation = GATEWAY;
  readonly requestCount = 0;
  readonly latencies = new Latencies();
  isServing = true;
  /** A leader is always there, until a test says since when not. */
  leaseFromMs = Number.POSITIVE_INFINITY;
  renewals = 0;
  readonly #leader = new DataTree();
  readonly #listeners = new Listeners();
  readonly #sink = new GatewaySink(GATEWAY, this, this.#listeners);
  #count = 0;
  #caller: Caller | undefined = undefined;

  submit(write: Write): Promise<TxnResult> {
    return new Promise((answered, failed) => {
      this.enqueue(write, { hears: "settled", answered, failed });
    });
  }

  listen(listener: TreeListener): void {
    this.#listeners.tree.push(listener);
  }

  follow(listener: ChangeListener): void {
    this.#listeners.changes.push(listener);
  }

  enqueue(write: Write, caller: Caller): void {
    if (this.failure !== undefined) throw this.failure;
    this.writes.push(write);
    this.#caller = caller;
    this.run(write, GATEWAY);
  }

  take(): never {
    throw new Error("no door of these tests has its requests encoded");
  }

  onResult(_requestNumber: number, result: TxnResult): void {
    this.#caller?.answered(result);
    this.#caller = undefined;
  }

  /** A transaction that came through some gateway, this one or another. */
  run(write: Write, gateway: number): void {
    this.#count += 1;
    const zxid = EPOCH_BASE + this.#count;
    const time = START_MS + this.#count * 1000;
    const origin = { gateway, number: this.#count };
    const txn = prepare(this.#leader, { origin, ...write }, { zxid, time });
    this.#leader.journal.commit(zxid);
    this.tree.apply(txn, zxid, this.#sink);
    this.#listeners.onSettled(zxid);
  }

  async read<T>(how: ReadOptions, look: (tree: DataTree) => T): Promise<T> {
    if (this.failure !== undefined) throw this.failure;
    this.reads.push(how);
    if ((how.notBefore ?? 0) > this.tree.lastZxid) {
      throw new Unavailable("This gateway is behind what the client has seen", {
        retryAfterMs: 100,
        ambiguous: false,
      });
    }
    return look(this.tree);
  }

  touch(session: number): void {
    this.touched.push(session);
  }

  renewLease(): void {
    this.renewals += 1;
  }

  readiness(): ReturnType<Coordination["readiness"]> {
    return this.notReady === undefined ? { ready: true } : { ready: false, reason: this.notReady };
  }

  cluster(): ReturnType<Coordination["cluster"]> {
    return this.reports;
  }
}
