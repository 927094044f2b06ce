import {
  formatTraceparent,
  parseTraceparent,
  type SpanContext,
  type SpanEvent,
  type Tracer,
} from "@meerkat/telemetry";
import {
  type BatchTrace,
  type Operation,
  pathOf,
  type Request,
  ResultCode,
  resultName,
  type Txn,
} from "@meerkat/tree";
import { type Epoch, formatZxid, type Proposal, type ServerId, type Zxid } from "@meerkat/zab";

/** Sampled txns of one batch of which every voter tells; the others point to the first of them. */
export const TRACES_PER_BATCH_MAX = 16;
/** Sampled txns of one batch of which the leader tells at all. */
const TRACED_TXNS_MAX = 256;

const NO_TRACES: readonly BatchTrace[] = [];

/** Moments of one sampled request at the leader, ms of `performance.now()`. */
export interface Preparation {
  readonly receivedMs: number;
  readonly preparesMs: number;
  readonly preparedMs: number;
}

interface TracedTxn {
  readonly request: Request;
  readonly result: string;
  readonly zxid: Zxid;
  /** The gateway's span that sent the request. */
  readonly parent: SpanContext;
  readonly process: SpanContext;
  readonly propose: SpanContext;
  readonly times: Preparation;
}

interface Ack {
  readonly server: ServerId;
  readonly atMs: number;
}

interface TracedBatch {
  readonly proposal: Proposal;
  readonly txns: readonly TracedTxn[];
  readonly proposedMs: number;
  readonly acks: Ack[];
}

/**
 * The leader's part in the story of sampled transactions, from their arrival to their commit. It is
 * written when a batch is committed, or when the epoch ends without that.
 *
 * What is done for a whole batch is told once for each sampled txn in it, so that each trace is whole,
 * for so many of them as are bounded; the spans of the rest are linked to the first. A proposal without
 * a sampled txn is told in one span when its commit took long.
 */
export class LeaderTraces {
  readonly #tracer: Tracer;
  readonly #epoch: Epoch;
  readonly #subjects: { readonly request: string; readonly proposal: string };
  /** Of the batch that is being made. */
  #txns: TracedTxn[] = [];
  /** Proposed and not committed: at most as many as the leader's window holds. */
  #batches: TracedBatch[] = [];

  constructor(
    tracer: Tracer,
    epoch: Epoch,
    subjects: { readonly request: string; readonly proposal: string },
  ) {
    this.#tracer = tracer;
    this.#epoch = epoch;
    this.#subjects = subjects;
  }

  /** A request with a traceparent became a txn of the batch that is being made. */
  prepared(request: Request, txn: Txn, zxid: Zxid, times: Preparation): void {
    const parent = parseTraceparent(request.traceparent);
    if (parent === undefined || this.#tracer.isFull) return;
    if (this.#txns.length >= TRACED_TXNS_MAX) return;
    this.#txns.push({
      request,
      result: txn.body.type === "error" ? resultName(txn.body.code) : resultName(ResultCode.OK),
      zxid,
      parent,
      process: this.#tracer.newContext(parent),
      propose: this.#tracer.newContext(parent),
      times,
    });
  }

  /** What the batch tells the voters. */
  batchTraces(first: Zxid): readonly BatchTrace[] {
    if (this.#txns.length === 0) return NO_TRACES;
    return this.#txns.slice(0, TRACES_PER_BATCH_MAX).map(({ zxid, propose }) => ({
      index: zxid - first,
      traceparent: formatTraceparent(propose),
    }));
  }

  /** The batch is on its way to the followers. */
  proposed(proposal: Proposal): void {
    const txns = this.#txns;
    if (txns.length > 0) this.#txns = [];
    this.#batches.push({ proposal, txns, proposedMs: performance.now(), acks: [] });
  }

  /** A voter's word that it has everything up to `zxid`. */
  acknowledged(server: ServerId, zxid: Zxid): void {
    for (const { proposal, acks } of this.#batches) {
      if (proposal.last > zxid) return;
      if (acks.some((ack) => ack.server === server)) continue;
      acks.push({ server, atMs: performance.now() });
    }
  }

  committed(zxid: Zxid): void {
    while ((this.#batches[0]?.proposal.last ?? Number.POSITIVE_INFINITY) <= zxid) {
      const batch = this.#batches.shift();
      if (batch !== undefined) this.#write(batch, undefined);
    }
  }

  /** What is not committed by now is somebody else's to decide. */
  end(): void {
    for (const batch of this.#batches) {
      this.#write(batch, `epoch ${this.#epoch} ended before a quorum had acknowledged it`);
    }
    this.#batches = [];
  }

  #write(batch: TracedBatch, error: string | undefined): void {
    const endMs = performance.now();
    if (batch.txns.length === 0) this.#maybeWriteSlow(batch, endMs, error);
    for (const [index, txn] of batch.txns.entries()) {
      if (this.#tracer.isFull) return;
      const isTold = index < TRACES_PER_BATCH_MAX;
      this.#writeTxn(batch, txn, { endMs, error, isTold });
    }
  }

  /** Nobody asked for it, and it took long: which voter kept it waiting shows in the acks. */
  #maybeWriteSlow(batch: TracedBatch, endMs: number, error: string | undefined): void {
    if (endMs - batch.proposedMs < this.#tracer.slowMs || this.#tracer.isFull) return;
    if (!this.#tracer.samplesLate(endMs)) return;
    const { first, last, payload } = batch.proposal;
    this.#tracer.write({
      name: "commit",
      kind: "internal",
      context: this.#tracer.newContext(),
      startMs: batch.proposedMs,
      endMs,
      error,
      events: ackEvents(batch),
      attributes: {
        "meerkat.trace.late": true,
        "meerkat.epoch": this.#epoch,
        "meerkat.zxid": formatZxid(last),
        "meerkat.batch.first_zxid": formatZxid(first),
        "meerkat.batch.txns": last - first + 1,
        "meerkat.batch.bytes": payload.byteLength,
      },
    });
  }

  #writeTxn(
    batch: TracedBatch,
    txn: TracedTxn,
    end: { readonly endMs: number; readonly error: string | undefined; readonly isTold: boolean },
  ): void {
    const { request, process, parent, times, zxid } = txn;
    const { receivedMs, preparesMs, preparedMs } = times;
    const { operation, session } = request;
    this.#tracer.write({
      name: "process request",
      kind: "consumer",
      context: process,
      parent,
      hasRemoteParent: true,
      startMs: receivedMs,
      endMs: end.endMs,
      error: end.error,
      attributes: {
        "messaging.system": "nats",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": this.#subjects.request,
        "meerkat.epoch": this.#epoch,
        "meerkat.zxid": formatZxid(zxid),
        "meerkat.session": session === 0 ? undefined : formatZxid(session as Zxid),
        ...operationAttributes(operation),
        "meerkat.result": txn.result,
      },
    });
    this.#writeInner("request queue", process, receivedMs, preparesMs);
    this.#writeInner("prepare", process, preparesMs, preparedMs);
    this.#writePropose(batch, txn, end.isTold);
    this.#tracer.write({
      name: "commit",
      kind: "internal",
      context: this.#tracer.newContext(process),
      parent: process,
      startMs: batch.proposedMs,
      endMs: end.endMs,
      error: end.error,
      attributes: { "meerkat.zxid": formatZxid(zxid) },
      events: ackEvents(batch),
    });
  }

  #writeInner(name: string, parent: SpanContext, startMs: number, endMs: number): void {
    const context = this.#tracer.newContext(parent);
    this.#tracer.write({ name, kind: "internal", context, parent, startMs, endMs });
  }

  /** From its own txn on: the rest of the batch is prepared meanwhile. */
  #writePropose(
    { proposal, txns, proposedMs }: TracedBatch,
    txn: TracedTxn,
    isTold: boolean,
  ): void {
    const { first, last, payload } = proposal;
    const told = txns[0];
    this.#tracer.write({
      name: "propose",
      kind: "producer",
      context: txn.propose,
      parent: txn.process,
      startMs: txn.times.preparedMs,
      endMs: proposedMs,
      attributes: {
        "messaging.system": "nats",
        "messaging.operation.name": "propose",
        "messaging.operation.type": "send",
        "messaging.destination.name": this.#subjects.proposal,
        "messaging.batch.message_count": last - first + 1,
        "meerkat.epoch": this.#epoch,
        "meerkat.zxid": formatZxid(txn.zxid),
        "meerkat.batch.first_zxid": formatZxid(first),
        "meerkat.batch.txns": last - first + 1,
        "meerkat.batch.bytes": payload.byteLength,
      },
      ...(!isTold && told !== undefined && { links: [{ context: told.propose }] }),
    });
  }
}

function ackEvents({ acks }: TracedBatch): readonly SpanEvent[] {
  return acks.map(({ server, atMs }) => ({
    name: "ack",
    atMs,
    attributes: { "meerkat.server.id": server },
  }));
}

function operationAttributes(operation: Operation): Record<string, string | number | undefined> {
  const isMulti = operation.type === "multi";
  return {
    "meerkat.operation": operation.type,
    "meerkat.path": pathOf(operation),
    "meerkat.operations": isMulti ? operation.operations.length : undefined,
  };
}
