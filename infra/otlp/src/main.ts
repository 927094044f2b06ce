import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { OtlpReceiver } from "./otlp-receiver.ts";
import type { ReceivedSpan } from "./received-span.ts";
import { describeTrace } from "./trace-tree.ts";
import { drawWaterfall } from "./waterfall.ts";

const HELP = `Shows traces where no Jaeger is at hand: receives OTLP over HTTP and prints each trace.

  npm run traces -- [options]

  --port PORT   where it listens on 127.0.0.1 [4318]
  --svg FILE    draws the last trace into FILE as well
  --help        this text

Then, elsewhere: OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 npm start
`;

/** All processes have exported their part by then: they gather for a second. */
const QUIET_MS = 3_000;
/** A trace that nobody adds to any more is let go. */
const timers = new Map<string, NodeJS.Timeout>();
const traces = new Map<string, ReceivedSpan[]>();

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4318" },
    svg: { type: "string" },
    help: { type: "boolean" },
  },
});

function onSpans(spans: readonly ReceivedSpan[]): void {
  for (const span of spans) {
    const trace = traces.get(span.traceId) ?? [];
    trace.push(span);
    traces.set(span.traceId, trace);
    clearTimeout(timers.get(span.traceId));
    timers.set(
      span.traceId,
      setTimeout(() => show(span.traceId), QUIET_MS),
    );
  }
}

function show(traceId: string): void {
  const spans = traces.get(traceId) ?? [];
  traces.delete(traceId);
  timers.delete(traceId);
  process.stdout.write(`${describeTrace(spans)}\n`);
  if (values.svg !== undefined) writeFileSync(values.svg, drawWaterfall(spans, titleOf(spans)));
}

function titleOf(spans: readonly ReceivedSpan[]): string {
  const first = spans.find(({ kind }) => kind === "server");
  return `${first?.name ?? "trace"}   ${spans[0]?.traceId}`;
}

if (values.help === true) process.stdout.write(HELP);
else {
  const receiver = await OtlpReceiver.start(Number(values.port), onSpans);
  process.stdout.write(`Receiving traces at ${receiver.url}. Ctrl-C ends.\n\n`);
}
