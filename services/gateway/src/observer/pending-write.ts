import { JuteReader, JuteWriter } from "@meerkat/jute";
import { decodeRequest, type Request, type TxnResult } from "@meerkat/tree";
import type { WriteCourse } from "../coordination.ts";
import type { PendingRead } from "./pending-read.ts";
import type { RequestBatch } from "./request-batch.ts";
import { SessionLine } from "./session-line.ts";

/** Objects around the bytes of a request that waits. */
const OVERHEAD_BYTES = 200;
const NOWHERE = new SessionLine(0);
/** Not looked at: what is read here was not sent under a number yet, or is for a log. */
const NO_ORIGIN = { gateway: 0, number: 0 };
const scratch = new JuteWriter();

/**
 * One write from its arrival to its answer, in one object with what its door needs for the answer: there
 * are thousands of them at a time. Its caller hears exactly once: the result, or an error. What it asks for
 * is encoded when it comes and kept only so.
 *
 * An abandoned one (its caller was told that it took too long) keeps its number until it is
 * answered, because numbers have no holes.
 */
export abstract class PendingWrite implements WriteCourse {
  /** As `Caller` says. */
  abstract readonly hears: "settled" | "early";
  abstract readonly session: number;
  /** As `Write` says. */
  abstract readonly patienceMs: number | undefined;
  readonly arrivedAtMs: number;
  line = NOWHERE;
  /** From its arrival to the end of its caller's patience. */
  lifeMs = 0;
  /** Reads of its session that arrived after it and before the next write; mostly there are none. */
  readsBehind: PendingRead[] | undefined = undefined;
  /** The request, while it waits to be sent. */
  #waiting: Uint8Array | undefined = undefined;
  /** The request as sent, from `start` to `end`. Set when it gets its number. */
  batch: RequestBatch | undefined = undefined;
  start = 0;
  end = 0;
  abandoned = false;
  #result: TxnResult | undefined = undefined;

  constructor(arrivedAtMs: number) {
    this.arrivedAtMs = arrivedAtMs;
  }

  /** Appends the request: what it asks for is at hand only at its arrival. @throws MarshallingError */
  protected abstract encode(writer: JuteWriter): void;
  /** `course` is valid during the call. */
  protected abstract answered(result: TxnResult, course: WriteCourse): void;
  protected abstract failed(error: Error): void;

  get kind(): "write" {
    return "write";
  }

  get deadlineMs(): number {
    return this.arrivedAtMs + this.lifeMs;
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

  /** What it takes in memory while it waits, roughly. */
  get waitingBytes(): number {
    return OVERHEAD_BYTES + (this.#waiting?.length ?? 0);
  }

  /** For logs and traces: decoded anew each time. Undefined once nothing is kept of it. */
  get request(): Request | undefined {
    const bytes = this.#waiting ?? this.batch?.requestOf(this);
    return bytes && decodeRequest(new JuteReader(bytes), NO_ORIGIN);
  }

  /** It is not sent at once, and what it asks for will not be at hand later. @throws MarshallingError */
  keep(): void {
    scratch.reset();
    this.encode(scratch);
    this.#waiting = scratch.toBytes();
  }

  /** @throws MarshallingError */
  encodeInto(writer: JuteWriter): void {
    if (this.#waiting === undefined) this.encode(writer);
    else writer.writeRaw(this.#waiting);
  }

  /** It stands in a batch. */
  place(batch: RequestBatch, start: number, end: number): void {
    this.#waiting = undefined;
    this.batch = batch;
    this.start = start;
    this.end = end;
  }

  /** Its txn was applied: its caller hears of it now, or if it may not yet, with `settle`. */
  onResult(result: TxnResult, course: WriteCourse): void {
    if (this.abandoned) return;
    if (this.hears === "early") this.answered(result, course);
    else this.#result = result;
  }

  settle(course: WriteCourse): void {
    if (!this.abandoned && this.#result !== undefined) this.answered(this.#result, course);
  }

  fail(error: Error): void {
    if (!this.abandoned) this.failed(error);
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
