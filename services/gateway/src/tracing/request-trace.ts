import {
  type Attributes,
  formatTraceparent,
  type RemoteContext,
  type SpanContext,
  type Tracer,
} from "@meerkat/telemetry";
import { type Operation, pathOf, ResultCode, resultName, type TxnResult } from "@meerkat/tree";
import { epochOf, formatZxid, type Zxid } from "@meerkat/zab";
import type { WriteCourse } from "../coordination.ts";
import { type WriteStory, writeWriteSpans } from "./write-spans.ts";

export interface RequestStart {
  /** What the client said of a trace of its own. */
  readonly parent?: RemoteContext | undefined;
  /** ms of `performance.now()`. */
  readonly arrivedAtMs: number;
  readonly isSampled: boolean;
}

/** The span of a whole request, but for its times. */
export interface RequestSpan {
  readonly name: string;
  readonly attributes: Attributes;
  /** Why it failed, for a reason of ours. */
  readonly error?: string | undefined;
}

/**
 * One client's request, from its arrival on: the moments are kept, and written down at its end. A request
 * that was not sampled is written down all the same when it was slow or failed, with what this gateway
 * knows of it; the leader was not told to remember its part.
 */
export class RequestTrace {
  readonly isSampled: boolean;
  readonly #tracer: Tracer;
  readonly #start: RequestStart;
  /** Of the request, and of the span that sends it to the leader, drawn when they are first needed. */
  #own: SpanContext | undefined = undefined;
  #sending: SpanContext | undefined = undefined;
  #write: WriteStory | undefined = undefined;

  constructor(tracer: Tracer, start: RequestStart) {
    this.#tracer = tracer;
    this.#start = start;
    this.isSampled = start.isSampled;
  }

  /** For log lines; undefined for a request that may leave no trace. */
  get context(): SpanContext | undefined {
    return this.isSampled ? this.#context : undefined;
  }

  /** What its write carries to the leader. */
  get traceparent(): string | undefined {
    return this.isSampled ? formatTraceparent(this.#sends) : undefined;
  }

  onAnswered(
    operation: Operation | undefined,
    result: TxnResult,
    course: WriteCourse | undefined,
  ): void {
    const code = result.type === "error" ? result.code : ResultCode.OK;
    this.#write = {
      ...storyOf(operation, course, this.#start.arrivedAtMs),
      zxid: result.zxid as Zxid,
      result: resultName(code),
    };
  }

  onFailed(operation: Operation | undefined, error: Error, course: WriteCourse | undefined): void {
    this.#write = {
      ...storyOf(operation, course, this.#start.arrivedAtMs),
      error: error.message,
    };
  }

  /** The client has its answer. `describe` is asked only when something is written. */
  end(endMs: number, failed: boolean, describe: () => RequestSpan): void {
    if (!this.#isWanted(endMs, failed)) return;
    const { name, attributes, error } = describe();
    const { parent, arrivedAtMs } = this.#start;
    const write = this.#write;
    this.#tracer.write({
      name,
      kind: "server",
      context: this.#context,
      parent,
      hasRemoteParent: parent !== undefined,
      startMs: arrivedAtMs,
      endMs,
      error,
      attributes: {
        ...attributes,
        ...(write === undefined ? {} : writeAttributes(write)),
        "meerkat.trace.late": this.isSampled ? undefined : true,
      },
    });
    if (write === undefined) return;
    writeWriteSpans(this.#tracer, write, { parent: this.#context, sends: this.#sends, endMs });
  }

  get #context(): SpanContext {
    this.#own ??= this.#tracer.newContext(this.#start.parent);
    return this.#own;
  }

  get #sends(): SpanContext {
    this.#sending ??= this.#tracer.newContext(this.#context);
    return this.#sending;
  }

  #isWanted(endMs: number, failed: boolean): boolean {
    if (this.#tracer.isFull) return false;
    if (this.isSampled) return true;
    const isSlow = endMs - this.#start.arrivedAtMs >= this.#tracer.slowMs;
    return (isSlow || failed) && this.#tracer.samplesLate(endMs);
  }
}

function storyOf(
  operation: Operation | undefined,
  course: WriteCourse | undefined,
  arrivedAtMs: number,
): Omit<WriteStory, "zxid" | "result" | "error"> {
  return {
    operation,
    queuedAtMs: course?.queuedAtMs ?? arrivedAtMs,
    startedAtMs: course?.startedAtMs,
    sentAtMs: course?.sentAtMs,
    batchCount: course?.batchCount ?? 0,
    appliedFromMs: course?.appliedFromMs,
    overAtMs: performance.now(),
  };
}

function writeAttributes({ operation, zxid, result }: WriteStory): Attributes {
  return {
    "meerkat.operation": operation?.type,
    "meerkat.path": operation && pathOf(operation),
    "meerkat.operations": operation?.type === "multi" ? operation.operations.length : undefined,
    "meerkat.zxid": zxid === undefined ? undefined : formatZxid(zxid),
    "meerkat.epoch": zxid === undefined ? undefined : epochOf(zxid),
    "meerkat.result": result,
  };
}
