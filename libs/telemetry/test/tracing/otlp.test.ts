import { OtlpReceiver } from "@meerkat/otlp";
import { expect, it, onTestFinished } from "vitest";
import { createLogger, type Span, startTracing, type TracingSettings } from "../../src/index.ts";

const IDENTITY = {
  serviceName: "meerkat-gateway",
  instance: "gateway-1",
  namespace: "local",
  version: "1.2.3",
};

function settingsFor(url: string, otlp: Partial<TracingSettings["otlp"]> = {}): TracingSettings {
  return {
    otlp: {
      url: `${url}/v1/traces`,
      queueMax: 100,
      batchMax: 10,
      delayMs: 10,
      timeoutMs: 1_000,
      ...otlp,
    },
    sampling: { ratio: 1, parentBased: true, slowMs: 100, tracesPerSecondMax: 100 },
  };
}

async function start(settings: TracingSettings) {
  const lines: string[] = [];
  const log = createLogger({
    name: "gateway-1",
    level: "info",
    stream: { write: (line) => lines.push(JSON.parse(line).msg) },
  });
  const tracing = await startTracing(settings, IDENTITY, log);
  if (tracing === undefined) throw new Error("tracing is on");
  return { tracing, lines };
}

function span(n: number, more: Partial<Span> = {}): Span {
  const context = { traceId: "c".repeat(32), spanId: n.toString(16).padStart(16, "d") };
  return { name: `span ${n}`, kind: "internal", context, startMs: 1_000, endMs: 1_002.5, ...more };
}

it("loads nothing and is nothing without settings", async () => {
  const log = createLogger({ name: "gateway-1", level: "silent" });
  expect(await startTracing(undefined, IDENTITY, log)).toBeUndefined();
});

it("delivers spans as they were written, the last of them when it stops", async () => {
  await using receiver = await OtlpReceiver.start();
  const { tracing } = await start(settingsFor(receiver.url, { delayMs: 60_000 }));
  const parent = { traceId: "c".repeat(32), spanId: "e".repeat(16) };
  const full = span(1, {
    kind: "consumer",
    parent,
    hasRemoteParent: true,
    attributes: { text: "x", whole: 3, part: 0.5, yes: true, none: undefined },
    events: [{ name: "ack", atMs: 1_001, attributes: { "meerkat.server.id": 2 } }],
    links: [{ context: parent }],
    error: "the leader was lost",
  });
  for (const one of [full, ...Array.from({ length: 30 }, (_, n) => span(n + 2))]) {
    tracing.tracer.write(one);
  }
  await tracing.stop();
  expect(receiver.complaints).toEqual([]);
  expect(receiver.spans).toHaveLength(31);
  const [first] = receiver.spans;
  const startUs = Math.round((performance.timeOrigin + 1_000) * 1_000);
  expect(first).toMatchObject({
    traceId: "c".repeat(32),
    parentSpanId: parent.spanId,
    name: "span 1",
    kind: "consumer",
    attributes: { text: "x", whole: 3, part: 0.5, yes: true },
    events: [{ name: "ack", attributes: { "meerkat.server.id": 2 } }],
    links: [parent],
    status: { code: "error", message: "the leader was lost" },
    resource: {
      "service.name": "meerkat-gateway",
      "service.instance.id": "gateway-1",
      "service.namespace": "local",
      "service.version": "1.2.3",
      "telemetry.sdk.language": "nodejs",
    },
  });
  expect(first?.attributes).not.toHaveProperty("none");
  // The system's clock may have been set since this process began, by less than is corrected.
  expect(Math.abs((first?.startUs ?? 0) - startUs)).toBeLessThan(20_000);
  expect((first?.endUs ?? 0) - (first?.startUs ?? 0)).toBe(2_500);
});

it("drops what does not fit into its queue, and says when it is full", async () => {
  await using receiver = await OtlpReceiver.start();
  const { tracing } = await start(
    settingsFor(receiver.url, { queueMax: 16, batchMax: 8, delayMs: 60_000 }),
  );
  const { tracer } = tracing;
  // The first eight are on their way at once, and sixteen wait.
  for (let n = 1; n <= 23; n += 1) tracer.write(span(n));
  expect(tracer.isFull).toBe(false);
  tracer.write(span(24));
  expect(tracer.isFull).toBe(true);
  for (let n = 25; n <= 50; n += 1) tracer.write(span(n));
  await tracing.stop();
  expect(receiver.spans).toHaveLength(24);
});

it("says once that the receiver is away, and once that it is back", async () => {
  const first = await OtlpReceiver.start();
  const { url } = first;
  await first[Symbol.asyncDispose]();
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = "200";
  onTestFinished(() => {
    delete process.env.OTEL_EXPORTER_OTLP_TIMEOUT;
  });
  const { tracing, lines } = await start(settingsFor(url));
  const about = (what: string) => lines.filter((line) => line.includes(what));
  let n = 0;
  const writeUntil = (done: () => boolean) =>
    expect
      .poll(
        () => {
          n += 1;
          tracing.tracer.write(span(n));
          return done();
        },
        { timeout: 10_000, interval: 5 },
      )
      .toBe(true);
  await writeUntil(() => about("cannot be delivered").length > 0);
  const noticed = n;
  await writeUntil(() => n > noticed + 50);
  await using second = await OtlpReceiver.start(Number(new URL(url).port));
  await writeUntil(() => second.spans.length > 0 && about("delivered").length > 1);
  await tracing.stop();
  expect(about("cannot be delivered")).toHaveLength(1);
  expect(about(`Traces are delivered to ${url}/v1/traces again`)).toHaveLength(1);
});
