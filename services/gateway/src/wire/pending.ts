import type { Id, Operation, SessionId, TxnResult } from "@meerkat/tree";
import type { Caller, Write } from "../coordination.ts";

/** Who is told when a write of its own is answered. */
export interface WriteOwner {
  onAnswered(write: PendingWireWrite, result: TxnResult): void;
  onFailed(write: PendingWireWrite, error: Error): void;
}

/** A write on its way: what goes to the leader, and what its answer needs. One object per request. */
export class PendingWireWrite implements Write, Caller {
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
  readonly #owner: WriteOwner;

  constructor(
    owner: WriteOwner,
    client: {
      readonly session: SessionId;
      readonly credentials: readonly Id[];
      readonly timeoutMs: number;
    },
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
    this.session = client.session;
    this.credentials = client.credentials;
    this.patienceMs = client.timeoutMs;
    this.xid = request.xid;
    this.opCode = request.opCode;
    this.opCodes = request.opCodes;
    this.operation = request.operation;
    this.bytes = request.bytes;
    this.arrivedAtMs = request.arrivedAtMs;
  }

  answered(result: TxnResult): void {
    this.#owner.onAnswered(this, result);
  }

  failed(error: Error): void {
    this.#owner.onFailed(this, error);
  }
}

/** A request that is answered here, behind the writes that came before it: a copy of its frame. */
export interface PendingFrame {
  readonly kind: "frame";
  readonly frame: Buffer;
  readonly arrivedAtMs: number;
}

export type Pending = PendingWireWrite | PendingFrame;
