import { parseTraceparent, type SpanContext, type Tracer } from "@meerkat/telemetry";
import { batchTracesOf } from "@meerkat/tree";
import { formatZxid, type Proposal, type Zxid } from "@meerkat/zab";
import type { WriteTiming } from "../storage/storage-worker/output.ts";

/** A sampled transaction on its way to the disk. */
interface TracedRow {
  readonly proposal: Proposal;
  readonly zxid: Zxid;
  /** The leader's span in which it was proposed. */
  readonly parent: SpanContext;
}

export interface TracedWrite {
  readonly rows: readonly TracedRow[];
  readonly beganMs: number;
}

/** This voter's part in the story of a transaction: its row in the log, and the fsync that it shares. */
export class AppendTraces {
  readonly #tracer: Tracer;
  readonly #self: number;
  readonly #subject: string;

  /** `subject` is where proposals come from. */
  constructor(tracer: Tracer, self: number, subject: string) {
    this.#tracer = tracer;
    this.#self = self;
    this.#subject = subject;
  }

  /** Rows are handed to the disk. Undefined when none of them is sampled, as mostly. */
  began(proposals: readonly Proposal[]): TracedWrite | undefined {
    let rows: TracedRow[] | undefined;
    for (const proposal of proposals) {
      if (proposal.kind !== "txns") continue;
      for (const { index, traceparent } of batchTracesOf(proposal.payload)) {
        const parent = parseTraceparent(traceparent);
        if (parent === undefined) continue;
        rows ??= [];
        rows.push({ proposal, zxid: (proposal.first + index) as Zxid, parent });
      }
    }
    return rows === undefined ? undefined : { rows, beganMs: performance.now() };
  }

  /** They are on disk, and that is acknowledged. */
  ended({ rows, beganMs }: TracedWrite, timing: WriteTiming, leads: boolean): void {
    const endMs = performance.now();
    for (const row of rows) {
      if (this.#tracer.isFull) return;
      const context = this.#tracer.newContext(row.parent);
      const { first, last, payload } = row.proposal;
      this.#tracer.write({
        name: "append",
        kind: leads ? "internal" : "consumer",
        context,
        parent: row.parent,
        hasRemoteParent: !leads,
        startMs: beganMs,
        endMs,
        attributes: {
          "meerkat.server.id": this.#self,
          "meerkat.zxid": formatZxid(row.zxid),
          "meerkat.batch.txns": last - first + 1,
          "meerkat.batch.bytes": payload.byteLength,
          ...(leads
            ? {}
            : {
                "messaging.system": "nats",
                "messaging.operation.name": "append",
                "messaging.operation.type": "process",
                "messaging.destination.name": this.#subject,
              }),
        },
      });
      this.#writeFsync(context, timing);
    }
  }

  /** What the storage thread did at the end of it, which may have been for several writes at once. */
  #writeFsync(parent: SpanContext, { commitsFromMs, endedMs, writes }: WriteTiming): void {
    const { timeOrigin } = performance;
    this.#tracer.write({
      name: "fsync",
      kind: "internal",
      context: this.#tracer.newContext(parent),
      parent,
      startMs: commitsFromMs - timeOrigin,
      endMs: endedMs - timeOrigin,
      attributes: {
        "db.system.name": "sqlite",
        "db.operation.name": "COMMIT",
        "meerkat.disk.writes": writes,
      },
    });
  }
}
