import { OpCode } from "@meerkat/jute";
import { type Sampling, type Span, Tracer } from "@meerkat/telemetry";
import { expect, it } from "vitest";
import { Unavailable } from "../../src/coordination.ts";
import { read, setData } from "./harness/bodies.ts";
import { givenSession } from "./harness/given-session.ts";

const SLOW_MS = 200;
const ALL: Sampling = { ratio: 1, parentBased: true, slowMs: SLOW_MS, tracesPerSecondMax: 1_000 };
const NONE: Sampling = { ...ALL, ratio: 0 };

async function setUp(sampling: Sampling) {
  const spans: Span[] = [];
  const sink = { isFull: false, add: (span: Span) => void spans.push(span) };
  const tracer = new Tracer(sampling, sink);
  const given = await givenSession({ tracer, nowMs: () => performance.now() });
  spans.length = 0;
  const names = () => spans.map(({ name }) => name);
  return { ...given, spans, names };
}

/** Clients wait until a moment is that long ago. */
async function pastSlow(): Promise<void> {
  const endMs = performance.now() + SLOW_MS;
  await expect.poll(() => performance.now() > endMs, { interval: 10 }).toBe(true);
}

it("sampled requests are told with their steps, and reads with their path", async () => {
  const { ok, spans, names } = await setUp(ALL);
  await ok(OpCode.setData, setData("/a", "two"));
  await expect
    .poll(names)
    .toEqual([
      "ZooKeeper setData",
      ...["session queue", "send request", "await commit", "apply", "reply"],
    ]);
  expect(spans[0]?.attributes).toMatchObject({
    "network.protocol.name": "zookeeper",
    "client.address": "127.0.0.1",
    "meerkat.operation": "setData",
    "meerkat.path": "/a",
    "meerkat.result": "OK",
  });
  spans.length = 0;
  await ok(OpCode.getData, read("/a"));
  expect(names()).toEqual(["ZooKeeper getData"]);
  expect(spans[0]?.attributes).toMatchObject({ "meerkat.path": "/a" });
});

it("a handshake is told as well, without the password in it", async () => {
  const { spans, names, door } = await setUp(ALL);
  await door.client();
  await expect.poll(names).toContain("ZooKeeper createSession");
  expect(JSON.stringify(spans)).not.toContain("password");
});

it("a sampled write carries the context of the span that sends it", async () => {
  const { ok, spans, door } = await setUp(ALL);
  const sent: (string | undefined)[] = [];
  const { node } = door;
  const { take } = node;
  node.take = (write) => {
    take.call(node, write);
    sent.push(write.request?.traceparent);
  };
  await ok(OpCode.setData, setData("/a", "two"));
  await expect.poll(() => spans.length).toBe(6);
  const { traceId, spanId } = spans.find(({ name }) => name === "send request")?.context ?? {};
  expect(sent).toEqual([`00-${traceId}-${spanId}-01`]);
});

it("of others nothing is written, unless they were slow", async () => {
  const { ok, client, spans, names, door } = await setUp(NONE);
  await ok(OpCode.setData, setData("/a", "two"));
  await ok(OpCode.getData, read("/a"));
  await ok(OpCode.ping);
  expect(names()).toEqual([]);

  door.node.isHolding = true;
  client.send(OpCode.setData, setData("/a", "three"));
  client.send(OpCode.getData, read("/a"));
  client.send(OpCode.setData, setData("/a", "four"));
  // The last one is there, and so is the read before it.
  await expect.poll(() => door.node.requestCount).toBe(2);
  await pastSlow();
  door.node.isHolding = false;
  door.node.release();
  for (let n = 0; n < 3; n += 1) await client.reply();
  await expect.poll(() => spans.length).toBe(13);
  expect(names().filter((name) => name.startsWith("ZooKeeper"))).toHaveLength(3);
  for (const { name, attributes, startMs, endMs } of spans) {
    if (!name.startsWith("ZooKeeper")) continue;
    expect(attributes).toMatchObject({ "meerkat.trace.late": true, "meerkat.path": "/a" });
    expect(endMs - startMs).toBeGreaterThanOrEqual(SLOW_MS);
  }
});

it("or failed, within a bound", async () => {
  const { client, spans, door } = await setUp({ ...NONE, tracesPerSecondMax: 2 });
  door.node.isHolding = true;
  for (let n = 0; n < 5; n += 1) client.send(OpCode.setData, setData("/a", `${n}`));
  await expect.poll(() => door.node.requestCount).toBe(5);
  door.node.fail(new Unavailable("no quorum", { retryAfterMs: 1, ambiguous: true }));
  const requests = spans.filter(({ name }) => name === "ZooKeeper setData");
  expect(requests.map(({ error }) => error)).toEqual(["no quorum", "no quorum"]);
});
