import type { ServerReport } from "@meerkat/transport";
import { DataTree, type DataTreeOptions, prepare, type TxnResult } from "@meerkat/tree";
import type {
  Caller,
  ChangeListener,
  Coordination,
  ReadOptions,
  TreeListener,
  Write,
} from "../../src/coordination.ts";
import { Latencies } from "../../src/latencies.ts";
import { CalledWrite } from "../../src/observer/called-write.ts";
import { GatewaySink, Listeners } from "../../src/observer/gateway-sink.ts";
import type { PendingWrite } from "../../src/observer/pending-write.ts";

/** The first zxid of epoch 1 is 0x100000001. */
const EPOCH_BASE = 2 ** 32;
const GATEWAY = 7;
/** 2026-01-01T00:00:00Z; every txn is a second later. */
const START_MS = Date.UTC(2026, 0, 1);

/**
 * A whole ensemble in one object, as a front door meets it: a write is answered in a later turn,
 * and one turn may apply many. A test can hold writes and barriers back, let several go in one
 * batch, fail them, or lose the tree in the middle.
 */
export class QueuedNode implements Coordination {
  readonly tree: DataTree;
  readonly incarnation = GATEWAY;
  readonly touched: number[] = [];
  readonly latencies = new Latencies();
  isServing = true;
  /** A leader is always there, until a test says since when not. */
  leaseFromMs = Number.POSITIVE_INFINITY;
  renewals = 0;
  /** Set it to make every write fail at once. */
  refusal: Error | undefined = undefined;
  /** Set it to make every barrier fail. */
  readRefusal: Error | undefined = undefined;
  /** Until false, writes and barriers wait for `release` and `releaseReads`. */
  isHolding = false;
  readonly #leader: DataTree;
  readonly #listeners = new Listeners();
  readonly #callers = new Map<number, PendingWrite>();
  readonly #sink: GatewaySink;
  #queue: PendingWrite[] = [];
  #reads: (() => void)[] = [];
  #count = 0;
  #isScheduled = false;

  constructor(options: Partial<DataTreeOptions> = {}) {
    this.tree = new DataTree(options);
    this.#leader = new DataTree(options);
    this.#sink = new GatewaySink(GATEWAY, this, this.#listeners);
  }

  /** Writes that wait. */
  get queued(): readonly Write[] {
    return this.#queue.map(requestOf);
  }

  get requestCount(): number {
    return this.#queue.length;
  }

  submit(write: Write): Promise<TxnResult> {
    return new Promise((answered, failed) => {
      this.enqueue(write, { hears: "settled", answered, failed });
    });
  }

  enqueue(write: Write, caller: Caller): void {
    this.take(new CalledWrite(write, caller, performance.now()));
  }

  take(write: PendingWrite): void {
    if (this.refusal !== undefined) throw this.refusal;
    write.keep();
    this.#queue.push(write);
    if (this.isHolding || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (!this.isHolding) this.release();
    });
  }

  listen(listener: TreeListener): void {
    this.#listeners.tree.push(listener);
  }

  follow(listener: ChangeListener): void {
    this.#listeners.changes.push(listener);
  }

  /** Applies what waits, at most `count`, all in this turn. */
  release(count = this.#queue.length): void {
    for (const write of this.#queue.splice(0, count)) {
      this.#callers.set(this.#count + 1, write);
      this.run(requestOf(write), GATEWAY);
    }
  }

  /** What waits is never answered. */
  fail(error: Error): void {
    for (const write of this.#queue.splice(0)) write.fail(error);
  }

  releaseReads(): void {
    for (const read of this.#reads.splice(0)) read();
  }

  /** A transaction that came through some gateway, this one or another. */
  run(write: Write, gateway: number): void {
    this.#count += 1;
    const zxid = EPOCH_BASE + this.#count;
    const time = START_MS + this.#count * 1000;
    const origin = { gateway, number: this.#count };
    const txn = prepare(this.#leader, { ...write, origin }, { zxid, time });
    this.#leader.journal.commit(zxid);
    this.tree.apply(txn, zxid, this.#sink);
    this.#listeners.onSettled(zxid);
  }

  /** The same through another gateway. */
  runElsewhere(operation: Write["operation"], session = 0): void {
    this.run({ session, credentials: [], operation }, GATEWAY + 1);
  }

  /** What was heard in this turn may have been wrong. */
  loseTree(): void {
    this.#listeners.onTreeLost();
  }

  onResult(requestNumber: number, result: TxnResult): void {
    const write = this.#callers.get(requestNumber);
    this.#callers.delete(requestNumber);
    const nowMs = performance.now();
    const course = {
      ...{ queuedAtMs: nowMs, startedAtMs: nowMs, sentAtMs: nowMs, appliedFromMs: nowMs },
      batchCount: 1,
    };
    write?.onResult(result, course);
    write?.settle(course);
  }

  async read<T>(_how: ReadOptions, look: (tree: DataTree) => T): Promise<T> {
    if (this.readRefusal !== undefined) throw this.readRefusal;
    if (this.isHolding) await new Promise<void>((resolve) => this.#reads.push(resolve));
    if (this.readRefusal !== undefined) throw this.readRefusal;
    return look(this.tree);
  }

  touch(session: number): void {
    this.touched.push(session);
  }

  renewLease(): void {
    this.renewals += 1;
  }

  readiness(): ReturnType<Coordination["readiness"]> {
    return { ready: true };
  }

  cluster(): readonly { readonly report: ServerReport; readonly ageMs: number }[] {
    return [];
  }
}

function requestOf({ request }: PendingWrite): Write {
  if (request === undefined) throw new Error("a write that was taken has a request");
  return request;
}
