import type { MultiOperationItem, Operation, TxnResult } from "@meerkat/tree";
import type { Caller, Write, WriteCourse } from "../coordination.ts";
import type { PendingRead } from "./pending-read.ts";
import type { RequestBatch } from "./request-batch.ts";
import type { SessionLine } from "./session-line.ts";

/**
 * One write from its arrival to its answer. Its caller hears exactly once: the result, or an error.
 * An abandoned one (its caller was told that it took too long) keeps its number until it is
 * answered, because numbers have no holes.
 */
export class PendingWrite implements WriteCourse {
  readonly kind = "write";
  readonly write: Write;
  readonly line: SessionLine;
  readonly arrivedAtMs: number;
  /** The end of its caller's patience. */
  readonly deadlineMs: number;
  /** What it takes in memory while it waits, roughly. */
  readonly estimatedBytes: number;
  /** Reads of its session that arrived after it and before the next write; mostly there are none. */
  readsBehind: PendingRead[] | undefined = undefined;
  /** The request as sent: `batch.requests.subarray(start, end)`. Set when it gets its number. */
  batch: RequestBatch | undefined = undefined;
  start = 0;
  end = 0;
  abandoned = false;
  readonly #caller: Caller;
  #result: TxnResult | undefined = undefined;

  constructor(
    write: Write,
    place: {
      readonly line: SessionLine;
      readonly arrivedAtMs: number;
      readonly deadlineMs: number;
    },
    caller: Caller,
  ) {
    this.write = write;
    this.line = place.line;
    this.arrivedAtMs = place.arrivedAtMs;
    this.deadlineMs = place.deadlineMs;
    this.estimatedBytes = estimateBytes(write.operation);
    this.#caller = caller;
  }

  get hearsEarly(): boolean {
    return this.#caller.hears === "early";
  }

  get queuedAtMs(): number {
    return this.arrivedAtMs;
  }

  /** A batch is filled and sent within a turn: what waited was placed in it when that turn came. */
  get startedAtMs(): number | undefined {
    return this.batch && Math.max(this.arrivedAtMs, this.batch.openedAtMs);
  }

  get sentAtMs(): number | undefined {
    return this.batch?.sentAtMs;
  }

  get batchCount(): number {
    return this.batch?.count ?? 0;
  }

  /** Whoever answers it knows. */
  get appliedFromMs(): undefined {
    return undefined;
  }

  get encodedBytes(): number {
    return this.end - this.start;
  }

  /** Its txn was applied; the caller hears of it with `settle`, once the batch proved sound. */
  answered(result: TxnResult): void {
    this.#result = result;
  }

  settle(course: WriteCourse): void {
    if (this.abandoned || this.#result === undefined) return;
    this.#caller.answered(this.#result, course);
  }

  fail(error: Error): void {
    if (this.abandoned) return;
    this.#caller.failed(error, this);
  }

  /** Tells the caller and lets go of everything but the number. */
  abandon(error: Error): void {
    this.fail(error);
    this.abandoned = true;
    this.batch = undefined;
    this.start = 0;
    this.end = 0;
  }
}

/** Objects and short strings around the data. */
const BYTES_PER_OPERATION = 200;

function estimateBytes(operation: Operation | MultiOperationItem): number {
  switch (operation.type) {
    case "create":
    case "setData":
      return BYTES_PER_OPERATION + operation.path.length + (operation.data?.length ?? 0);
    case "multi":
      return sumOf(operation.operations);
    case "conditional":
      return (
        BYTES_PER_OPERATION * operation.conditions.length +
        sumOf(operation.then) +
        sumOf(operation.else)
      );
    default:
      return BYTES_PER_OPERATION;
  }
}

function sumOf(operations: readonly MultiOperationItem[]): number {
  let sum = BYTES_PER_OPERATION;
  for (const operation of operations) sum += estimateBytes(operation);
  return sum;
}
