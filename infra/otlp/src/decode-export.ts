import { readFileSync } from "node:fs";
import protobuf from "protobufjs";
import type { Attributes, AttributeValue, ReceivedSpan } from "./received-span.ts";

interface KeyValue {
  readonly key: string;
  readonly value?: Readonly<Record<string, AttributeValue>>;
}

interface SpanMessage {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly {
    readonly name: string;
    readonly timeUnixNano: string;
    readonly attributes?: readonly KeyValue[];
  }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: string; readonly message?: string };
}

interface ExportMessage {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly SpanMessage[] }[];
  }[];
}

const { root } = protobuf.parse(readFileSync(new URL("./otlp.proto", import.meta.url), "utf8"));
const ExportTraceServiceRequest = root.lookupType("meerkat.otlp.ExportTraceServiceRequest");

/** The spans of one export. @throws Error when the bytes are none. */
export function decodeExport(bytes: Uint8Array): readonly ReceivedSpan[] {
  const message = ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.decode(bytes), {
    longs: String,
    enums: String,
    bytes: String,
  }) as ExportMessage;
  return (message.resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const attributes = attributesOf(resource?.attributes);
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => spanOf(span, attributes)));
  });
}

function spanOf(span: SpanMessage, resource: Attributes): ReceivedSpan {
  const { name, kind, status } = span;
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    name,
    kind,
    startUs: microseconds(span.startTimeUnixNano),
    endUs: microseconds(span.endTimeUnixNano),
    attributes: attributesOf(span.attributes),
    events: (span.events ?? []).map((event) => ({
      name: event.name,
      atUs: microseconds(event.timeUnixNano),
      attributes: attributesOf(event.attributes),
    })),
    links: (span.links ?? []).map((link) => ({
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
    })),
    status: { code: status?.code ?? "unset", message: status?.message ?? "" },
    resource,
  };
}

function attributesOf(pairs: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(pairs.map(({ key, value = {} }) => [key, contentOf(value)]));
}

/** The one value that there is, under the name of its type. */
function contentOf(value: Readonly<Record<string, AttributeValue>>): AttributeValue {
  const [entry] = Object.entries(value);
  if (entry === undefined) throw new Error("an attribute without a value");
  const [type, content] = entry;
  return type === "intValue" ? Number(content) : content;
}

function hex(base64 = ""): string {
  return Buffer.from(base64, "base64").toString("hex");
}

function microseconds(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1_000n);
}
