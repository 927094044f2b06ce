import type { Attributes, SpanContext, SpanKind, Tracer } from "@meerkat/telemetry";
import type { Operation, ResultName } from "@meerkat/tree";
import { formatZxid, type Zxid } from "@meerkat/zab";

/** What became of a write, with its moments in ms of `performance.now()`, as far as it came. */
export interface WriteStory {
  /** Undefined for one that was refused before it was looked at. */
  readonly operation: Operation | undefined;
  readonly queuedAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly sentAtMs: number | undefined;
  /** Requests in the batch that took it to the leader. */
  readonly batchCount: number;
  readonly appliedFromMs: number | undefined;
  /** Its caller heard. */
  readonly overAtMs: number;
  readonly zxid?: Zxid;
  readonly result?: ResultName;
  readonly error?: string;
}

interface Step {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly context?: SpanContext;
  readonly fromMs: number;
  readonly toMs: number;
  readonly attributes?: Attributes;
}

interface Place {
  /** The request's span. */
  readonly parent: SpanContext;
  /** Of the span that sends it to the leader. */
  readonly sends: SpanContext;
  /** The client has its answer. */
  readonly endMs: number;
}

/**
 * The gateway's part of a write, step by step: session queue → send request → await commit → apply →
 * reply. A write that failed ends with the step that it did not get through.
 */
export function writeWriteSpans(tracer: Tracer, story: WriteStory, place: Place): void {
  const steps = stepsOf(story, place);
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    tracer.write({
      name: step.name,
      kind: step.kind ?? "internal",
      context: step.context ?? tracer.newContext(place.parent),
      parent: place.parent,
      startMs: step.fromMs,
      endMs: step.toMs,
      ...(step.attributes !== undefined && { attributes: step.attributes }),
      error: isLast ? story.error : undefined,
    });
  }
}

function stepsOf(story: WriteStory, { sends, endMs }: Place): readonly Step[] {
  const { queuedAtMs, startedAtMs, sentAtMs, batchCount, appliedFromMs, overAtMs, zxid } = story;
  const steps: Step[] = [];
  steps.push({ name: "session queue", fromMs: queuedAtMs, toMs: startedAtMs ?? overAtMs });
  if (startedAtMs === undefined) return steps;
  steps.push({
    name: "send request",
    kind: "producer",
    context: sends,
    fromMs: startedAtMs,
    toMs: sentAtMs ?? overAtMs,
    attributes: {
      "messaging.system": "nats",
      "messaging.operation.name": "send",
      "messaging.operation.type": "send",
      "messaging.batch.message_count": batchCount,
    },
  });
  if (sentAtMs === undefined) return steps;
  steps.push({ name: "await commit", fromMs: sentAtMs, toMs: appliedFromMs ?? overAtMs });
  if (appliedFromMs === undefined) return steps;
  const attributes = zxid === undefined ? {} : { "meerkat.zxid": formatZxid(zxid) };
  steps.push({ name: "apply", fromMs: appliedFromMs, toMs: overAtMs, attributes });
  steps.push({ name: "reply", fromMs: overAtMs, toMs: endMs });
  return steps;
}
