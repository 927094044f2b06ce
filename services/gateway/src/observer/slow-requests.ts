import { parseTraceparent, traceFields } from "@meerkat/telemetry";
import type { TxnResult } from "@meerkat/tree";
import { formatZxid, type Zxid } from "@meerkat/zab";
import type { PendingRead } from "./pending-read.ts";
import type { PendingWrite } from "./pending-write.ts";

export interface SlowLog {
  warn(fields: object, message: string): void;
}

export interface SlowRequestsOptions {
  /** A request that takes longer is told of; 0 tells of none. */
  readonly thresholdMs: number;
  readonly nowMs: () => number;
  readonly log: SlowLog;
}

/** When all is slow, a few examples tell as much as a full disk. */
const LINES_PER_MINUTE_MAX = 30;
const MINUTE_MS = 60_000;

interface SlowWrite {
  readonly write: PendingWrite;
  readonly result: TxnResult;
  readonly appliedAtMs: number;
}

/** One line per slow request, with where its time went, and one per minute for those beyond a few. */
export class SlowRequests {
  readonly #options: SlowRequestsOptions;
  /** Applied, and their callers not told yet. */
  #answering: SlowWrite[] = [];
  #minuteBeganMs = 0;
  #lines = 0;
  #left = 0;
  #leftMsMax = 0;

  constructor(options: SlowRequestsOptions) {
    this.#options = options;
  }

  isSlow(tookMs: number): boolean {
    const { thresholdMs } = this.#options;
    return thresholdMs > 0 && tookMs >= thresholdMs;
  }

  onApplied(write: PendingWrite, result: TxnResult, appliedAtMs: number): void {
    if (!this.isSlow(appliedAtMs - write.arrivedAtMs)) return;
    this.#answering.push({ write, result, appliedAtMs });
  }

  /** The callers of what was applied have been told. */
  onAnswered(): void {
    if (this.#answering.length === 0) return;
    const nowMs = this.#options.nowMs();
    for (const { write, result, appliedAtMs } of this.#answering) {
      const { startedAtMs = appliedAtMs, sentAtMs = appliedAtMs } = write;
      this.#tell("A write", nowMs - write.arrivedAtMs, () => ({
        ...fieldsOf(write),
        zxid: formatZxid(result.zxid as Zxid),
        queuedMs: Math.round(startedAtMs - write.arrivedAtMs),
        sentMs: Math.round(sentAtMs - startedAtMs),
        committedMs: Math.round(appliedAtMs - sentAtMs),
        answeredMs: Math.round(nowMs - appliedAtMs),
      }));
    }
    this.#answering = [];
  }

  onRead({ line, arrivedAtMs, isLinearizable }: PendingRead): void {
    const tookMs = this.#options.nowMs() - arrivedAtMs;
    if (!this.isSlow(tookMs)) return;
    this.#tell("A read", tookMs, () => ({
      operation: isLinearizable ? "linearizable read" : "read",
      session: line.session.toString(16),
    }));
  }

  /** Its caller was told that it took too long. */
  onGivenUp(write: PendingWrite): void {
    const tookMs = this.#options.nowMs() - write.arrivedAtMs;
    this.#tell("A write that was given up", tookMs, () => fieldsOf(write));
  }

  /** To be called now and then: tells of the minute that is over. */
  tick(): void {
    if (this.#lines === 0) return;
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#minuteBeganMs < MINUTE_MS) return;
    if (this.#left > 0) {
      this.#options.log.warn(
        { count: this.#left, tookMsMax: Math.round(this.#leftMsMax) },
        `${this.#left} further slow requests in the last minute have no line of their own`,
      );
    }
    this.#lines = 0;
    this.#left = 0;
    this.#leftMsMax = 0;
  }

  #tell(what: string, tookMs: number, fields: () => object): void {
    this.tick();
    if (this.#lines === 0) this.#minuteBeganMs = this.#options.nowMs();
    if (this.#lines >= LINES_PER_MINUTE_MAX) {
      this.#left += 1;
      this.#leftMsMax = Math.max(this.#leftMsMax, tookMs);
      return;
    }
    this.#lines += 1;
    const took = Math.round(tookMs);
    this.#options.log.warn({ ...fields(), tookMs: took }, `${what} took ${took} ms`);
  }
}

function fieldsOf({ request }: PendingWrite): object {
  if (request === undefined) return {};
  const { operation, session, traceparent } = request;
  const context = parseTraceparent(traceparent);
  return {
    operation: operation.type,
    ...("path" in operation && { path: operation.path }),
    session: session.toString(16),
    ...(context !== undefined && traceFields(context)),
  };
}
