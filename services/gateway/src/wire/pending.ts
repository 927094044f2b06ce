import type { Id, Operation, SessionId, TxnResult } from "@meerkat/tree";
import type { Caller, Write, WriteCourse } from "../coordination.ts";
import type { RequestTrace } from "../tracing/request-trace.ts";
import type { TracedClient, TracedWrite, WireTraces } from "./wire-traces.ts";

/** Who is told when a write of its own is answered. */
export interface WriteOwner extends TracedClient {
  readonly credentials: readonly Id[];
  readonly timeoutMs: number;
  onAnswered(write: PendingWireWrite, result: TxnResult): void;
  onFailed(write: PendingWireWrite, error: Error): void;
}

/** A write on its way: what goes to the leader, and what its answer needs. One object per request. */
export class PendingWireWrite implements Write, Caller, TracedWrite {
  readonly hears = "early";
  readonly kind = "write";
  readonly session: SessionId;
  readonly credentials: readonly Id[];
  readonly operation: Operation;
  readonly patienceMs: number;
  readonly xid: number;
  readonly opCode: number;
  /** Of a multi, in which form each result goes back. */
  readonly opCodes: readonly number[];
  readonly bytes: number;
  readonly arrivedAtMs: number;
  /** When it is sampled. */
  readonly trace: RequestTrace | undefined;
  readonly traceparent?: string | undefined;
  readonly #owner: WriteOwner;

  constructor(
    owner: WriteOwner,
    request: {
      readonly xid: number;
      readonly opCode: number;
      readonly opCodes: readonly number[];
      readonly operation: Operation;
      readonly bytes: number;
      readonly arrivedAtMs: number;
    },
  ) {
    this.#owner = owner;
    this.session = owner.session;
    this.credentials = owner.credentials;
    this.patienceMs = owner.timeoutMs;
    this.xid = request.xid;
    this.opCode = request.opCode;
    this.opCodes = request.opCodes;
    this.operation = request.operation;
    this.bytes = request.bytes;
    this.arrivedAtMs = request.arrivedAtMs;
    this.trace = this.#traces?.begin(request.arrivedAtMs);
    this.traceparent = this.trace?.traceparent;
  }

  answered(result: TxnResult, course?: WriteCourse): void {
    this.#owner.onAnswered(this, result);
    this.#traces?.onAnswered(this.#owner, this, { result, course });
  }

  failed(error: Error, course?: WriteCourse): void {
    this.#owner.onFailed(this, error);
    this.#traces?.onFailed(this.#owner, this, error, course);
  }

  get #traces(): WireTraces | undefined {
    return this.#owner.connection.services.traces;
  }
}

/** A request that is answered here, behind the writes that came before it: a copy of its frame. */
export interface PendingFrame {
  readonly kind: "frame";
  readonly frame: Buffer;
  readonly arrivedAtMs: number;
}

export type Pending = PendingWireWrite | PendingFrame;
