import { formatTraceparent, parseTraceparent, type Tracer } from "@meerkat/telemetry";
import { formatEventId, type WatchEvent } from "@meerkat/watch-events";
import { formatZxid, type Zxid } from "@meerkat/zab";

/** What is told so much later, out of the log, does not belong to the trace of then. */
const LATE_MS = 60_000;

/** The last chapter of a traced transaction: its events leave for those who watch. */
export class PublishTraces {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /**
   * The trace context for the message of an event whose transaction was traced: subscribers go on from
   * here, and find the transaction that caused it. Late ones have a trace of their own, linked to it.
   */
  traceparentOf(event: WatchEvent, subject: string): string | undefined {
    const cause = parseTraceparent(event.traceparent);
    if (cause === undefined || this.#tracer.isFull) return event.traceparent;
    const isLate = Date.now() - event.time > LATE_MS;
    const parent = isLate ? undefined : cause;
    const context = this.#tracer.newContext(parent);
    const nowMs = performance.now();
    this.#tracer.write({
      name: "publish event",
      kind: "producer",
      context,
      parent,
      hasRemoteParent: !isLate,
      startMs: nowMs,
      endMs: nowMs,
      links: [{ context: cause }],
      attributes: {
        "messaging.system": "nats",
        "messaging.operation.name": "publish",
        "messaging.operation.type": "send",
        "messaging.destination.name": subject,
        "messaging.message.id": formatEventId(event),
        "meerkat.event": event.type,
        "meerkat.path": event.path,
        "meerkat.zxid": formatZxid(event.zxid as Zxid),
      },
    });
    return formatTraceparent(context);
  }
}
