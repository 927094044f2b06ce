import { type JuteWriter, OpCode } from "@meerkat/jute";
import { encodeOperation, encodeRequestHead, type Id, type TxnResult } from "@meerkat/tree";
import type { WriteCourse } from "../coordination.ts";
import { PendingWrite } from "../observer/pending-write.ts";
import type { RequestTrace } from "../tracing/request-trace.ts";
import type { RequestHead } from "./request-head.ts";
import type { TracedClient, TracedWrite, WireTraces } from "./wire-traces.ts";
import { encodeMulti, encodeWrite } from "./write-requests.ts";

/** Who is told when a write of its own is answered. */
export interface WriteOwner extends TracedClient {
  readonly timeoutMs: number;
  readonly credentials: readonly Id[];
  readonly head: RequestHead;
  /** Its txn began to be applied, with others, at `appliedFromMs`. */
  onAnswered(write: PendingWireWrite, result: TxnResult, appliedFromMs: number): void;
  onFailed(write: PendingWireWrite, error: Error): void;
}

const NO_OPCODES: readonly number[] = [];

/** A write on its way. It is made while its connection's reader stands behind the header of its frame. */
export class PendingWireWrite extends PendingWrite implements TracedWrite {
  readonly xid: number;
  readonly opCode: number;
  /** Of a multi, in which form each result goes back. */
  opCodes = NO_OPCODES;
  /** Of its frame. */
  readonly bytes: number;
  /** When it is sampled. */
  readonly trace: RequestTrace | undefined;
  readonly #owner: WriteOwner;

  constructor(
    owner: WriteOwner,
    xid: number,
    opCode: number,
    frame: { readonly bytes: number; readonly arrivedAtMs: number },
  ) {
    super(frame.arrivedAtMs);
    this.#owner = owner;
    this.xid = xid;
    this.opCode = opCode;
    this.bytes = frame.bytes;
    this.trace = this.#traces?.begin(frame.arrivedAtMs);
  }

  get hears(): "early" {
    return "early";
  }

  get session(): number {
    return this.#owner.session;
  }

  get patienceMs(): number {
    return this.#owner.timeoutMs;
  }

  protected encode(writer: JuteWriter): void {
    const { session, credentials, head, connection } = this.#owner;
    const traceparent = this.trace?.traceparent;
    if (traceparent === undefined) head.write(writer, credentials);
    else encodeRequestHead(writer, { session, credentials, traceparent });
    switch (this.opCode) {
      case OpCode.multi:
        this.opCodes = encodeMulti(writer, connection.reader);
        break;
      case OpCode.closeSession:
        encodeOperation(writer, { type: "closeSession", session });
        break;
      default:
        encodeWrite(this.opCode, writer, connection.reader);
    }
  }

  protected answered(result: TxnResult, course: WriteCourse): void {
    this.#owner.onAnswered(this, result, course.appliedFromMs ?? this.arrivedAtMs);
    this.#traces?.onAnswered(this.#owner, this, { result, course });
  }

  protected failed(error: Error): void {
    this.#owner.onFailed(this, error);
    this.#traces?.onFailed(this.#owner, this, error, this);
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
