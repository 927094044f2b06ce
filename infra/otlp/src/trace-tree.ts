import type { ReceivedSpan } from "./received-span.ts";

/** A span with those that it is the parent of, by their beginning. */
export interface TraceNode {
  readonly span: ReceivedSpan;
  readonly children: readonly TraceNode[];
}

/** The spans of one trace as trees; whoever's parent is not among them is a root. */
export function traceTrees(spans: readonly ReceivedSpan[]): readonly TraceNode[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
  return inOrder(roots).map((span) => nodeOf(span, spans));
}

function nodeOf(span: ReceivedSpan, all: readonly ReceivedSpan[]): TraceNode {
  const children = all.filter(({ parentSpanId }) => parentSpanId === span.spanId);
  return { span, children: inOrder(children).map((child) => nodeOf(child, all)) };
}

function inOrder(spans: readonly ReceivedSpan[]): readonly ReceivedSpan[] {
  return spans.toSorted((a, b) => a.startUs - b.startUs || a.endUs - b.endUs);
}

export interface TraceRow {
  readonly span: ReceivedSpan;
  readonly depth: number;
}

/** Top down, as a viewer of traces shows them. */
export function traceRows(nodes: readonly TraceNode[], depth = 0): readonly TraceRow[] {
  return nodes.flatMap(({ span, children }) => [
    { span, depth },
    ...traceRows(children, depth + 1),
  ]);
}

/** The process that a span is of: gateway-1. */
export function processOf({ resource }: ReceivedSpan): string {
  return String(resource["service.instance.id"] ?? resource["service.name"] ?? "?");
}

/** One line per span: its process, its name, when it began and how long it took. */
export function describeTrace(spans: readonly ReceivedSpan[]): string {
  const rows = traceRows(traceTrees(spans));
  const startUs = Math.min(...spans.map((span) => span.startUs));
  const lines = rows.map(({ span, depth }) => {
    const name = `${"  ".repeat(depth)}${span.name}`.padEnd(40);
    const from = ((span.startUs - startUs) / 1_000).toFixed(2).padStart(9);
    const took = ((span.endUs - span.startUs) / 1_000).toFixed(2).padStart(9);
    const failed = span.status.code === "error" ? `  ${span.status.message}` : "";
    return `${processOf(span).padEnd(11)} ${name} +${from} ms ${took} ms${failed}`;
  });
  return `trace ${spans[0]?.traceId}\n${lines.join("\n")}\n`;
}
