import { readFileSync } from "node:fs";
import { OtlpReceiver, processOf, type ReceivedSpan } from "@meerkat/otlp";
import { type Client, until } from "@meerkat/workload";
import { connect } from "@nats-io/transport-node";
import { createClient } from "node-zookeeper-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";
import { outlineOf } from "../src/trace-outline.ts";

/** Of the request, the gateway's five steps, the leader's five, and two spans of each voter's disk … */
const SPANS_OF_A_REFUSAL = 1 + 5 + 5 + 3 * 2;
/** … and of the event that tells of a change. */
const SPANS_OF_A_WRITE = SPANS_OF_A_REFUSAL + 1;
const SLOW_MS = 400;
/** Followers wait for a silent leader longer than that. */
const SYNC_LIMIT_TICKS = 12;

let receiver: OtlpReceiver;
let ensemble: Ensemble;
let client: Client;
let ids = 0;

beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  ensemble = await Ensemble.start({
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
      OTEL_BSP_SCHEDULE_DELAY: "50",
      OTEL_EXPORTER_OTLP_TIMEOUT: "500",
      MEERKAT_TRACE_SLOW_MS: String(SLOW_MS),
      MEERKAT_SYNC_LIMIT_TICKS: String(SYNC_LIMIT_TICKS),
      MEERKAT_REQUEST_TIMEOUT_MS: "2000",
    },
  });
  client = ensemble.client();
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await ensemble[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

/** A client's own trace: its id, and the header that brings a request into it. */
function newTrace(sampled = true): { readonly id: string; readonly traceparent: string } {
  ids += 1;
  const id = ids.toString(16).padStart(32, "a");
  return { id, traceparent: `00-${id}-b7ad6b7169203331-0${sampled ? 1 : 0}` };
}

async function put(path: string, data: string, traceparent: string) {
  const json = { data };
  return await client.request("PUT", `/v1/znodes${path}?create=true`, {
    json,
    headers: { traceparent },
  });
}

async function spansOf(traceId: string, count: number): Promise<readonly ReceivedSpan[]> {
  return await until(`${count} spans of trace ${traceId}`, () => {
    const spans = receiver.traceOf(traceId);
    return spans.length >= count ? spans : undefined;
  });
}

async function firstOf<T>(all: AsyncIterable<T>): Promise<T | undefined> {
  for await (const one of all) return one;
  return undefined;
}

function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const span = spans.find((one) => one.name === name);
  if (span === undefined) throw new Error(`no span "${name}"`);
  return span;
}

it("tells the story of one write across all processes, in the client's trace", async () => {
  const leader = await ensemble.leader();
  const { id, traceparent } = newTrace();
  const answer = await put("/story", "x", traceparent);
  const zxid = String(answer.headers["meerkat-zxid"]);
  const epoch = Math.floor(Number(zxid) / 2 ** 32);
  const spans = await spansOf(id, SPANS_OF_A_WRITE);
  expect(outlineOf(spans, leader)).toMatchInlineSnapshot(`
    "gateway-1: PUT /v1/znodes/* (server)
      gateway-1: apply (internal)
      gateway-1: await commit (internal)
      gateway-1: reply (internal)
      gateway-1: send request (producer)
        leader: process request (consumer)
          leader: commit (internal)
          leader: prepare (internal)
          leader: propose (producer)
            follower: append (consumer)
              follower: fsync (internal)
            follower: append (consumer)
              follower: fsync (internal)
            leader: append (internal)
              leader: fsync (internal)
          leader: request queue (internal)
        leader: publish event (producer)
      gateway-1: session queue (internal)"
  `);

  const request = named(spans, "PUT /v1/znodes/*");
  expect(request.parentSpanId).toBe("b7ad6b7169203331");
  expect(request.attributes).toMatchObject({
    "http.request.method": "PUT",
    "http.route": "/v1/znodes/*",
    "http.response.status_code": 201,
    "url.path": "/v1/znodes/story",
    "url.query": "create=true",
    "client.address": "127.0.0.1",
    "meerkat.server.id": 1001,
    "meerkat.path": "/story",
    "meerkat.epoch": epoch,
    "meerkat.result": "OK",
    "meerkat.zxid": zxid,
  });
  expect(named(spans, "process request").attributes).toMatchObject({
    "messaging.system": "nats",
    "messaging.destination.name": `meerkat.local.request.${epoch}`,
    "meerkat.epoch": epoch,
    "meerkat.path": "/story",
    "meerkat.result": "OK",
    "meerkat.zxid": zxid,
  });
  expect(named(spans, "propose").attributes).toMatchObject({
    "messaging.destination.name": "meerkat.local.zab.proposal",
    "messaging.batch.message_count": 1,
    "meerkat.batch.txns": 1,
    "meerkat.zxid": zxid,
  });
  const appends = spans.filter(({ name }) => name === "append");
  expect(new Set(appends.map((span) => span.attributes["meerkat.server.id"]))).toEqual(
    new Set([1, 2, 3]),
  );
  for (const append of appends) expect(append.attributes["meerkat.zxid"]).toBe(zxid);
  // A quorum's acks were heard before the commit, the leader's own among them or not.
  const commit = named(spans, "commit");
  expect(commit.events.length).toBeGreaterThanOrEqual(2);
  for (const { name, atUs } of commit.events) {
    expect(name).toBe("ack");
    expect(atUs).toBeLessThanOrEqual(commit.endUs);
  }
  for (const span of spans) {
    expect(span.resource).toMatchObject({
      "service.namespace": "local",
      "deployment.environment.name": "test",
      "service.name": processOf(span).startsWith("gateway") ? "meerkat-gateway" : "meerkat-replica",
    });
    expect(span.startUs).toBeGreaterThanOrEqual(request.startUs - 20_000);
    expect(span.endUs).toBeGreaterThanOrEqual(span.startUs);
    expect(span.status.code).toBe("unset");
  }
  expect(receiver.complaints).toEqual([]);
});

it("goes on to those who watch over NATS, whose message names the trace of the transaction", async () => {
  const nats = await connect({ servers: `nats://127.0.0.1:${ensemble.stack.options.natsPort}` });
  const subscription = nats.subscribe("meerkat.local.watch.watched");
  await nats.flush();
  const { id, traceparent } = newTrace();
  await put("/watched", "x", traceparent);
  const event = await firstOf(subscription);
  await nats.close();
  const spans = await spansOf(id, SPANS_OF_A_WRITE);
  const publish = spans.find(({ name, spanId }) => {
    return name === "publish event" && event?.headers?.get("traceparent").includes(spanId);
  });
  const sent = named(spans, "send request");
  expect(event?.headers?.get("traceparent")).toBe(`00-${id}-${publish?.spanId}-01`);
  expect(publish).toMatchObject({
    kind: "producer",
    parentSpanId: sent.spanId,
    links: [{ traceId: id, spanId: sent.spanId }],
    attributes: {
      "messaging.destination.name": "meerkat.local.watch.watched",
      "meerkat.event": "NodeCreated",
      "meerkat.path": "/watched",
      "meerkat.zxid": named(spans, "process request").attributes["meerkat.zxid"] ?? "",
    },
  });
});

it("begins traces of its own for clients of ZooKeeper's protocol", async () => {
  const leader = await ensemble.leader();
  const zookeeper = createClient(ensemble.stack.connectString.split(",")[1] ?? "");
  const connected = new Promise<void>((resolve) => zookeeper.once("connected", () => resolve()));
  zookeeper.connect();
  await connected;
  await new Promise<void>((resolve, reject) =>
    zookeeper.create("/wire", Buffer.from("x"), (error) => (error ? reject(error) : resolve())),
  );
  await new Promise<void>((resolve, reject) =>
    zookeeper.getData("/wire", (error) => (error ? reject(error) : resolve())),
  );
  zookeeper.close();
  const request = await until("the span of the create", () =>
    receiver.spans.find(({ name, attributes }) => {
      return name.startsWith("ZooKeeper create") && attributes["meerkat.path"] === "/wire";
    }),
  );
  const spans = await spansOf(request.traceId, SPANS_OF_A_WRITE);
  expect(request.parentSpanId).toBe("");
  expect(request.attributes).toMatchObject({
    "network.protocol.name": "zookeeper",
    "client.address": "127.0.0.1",
    "meerkat.operation": "create",
    "meerkat.result": "OK",
    "meerkat.server.id": 1002,
  });
  expect(request.attributes["meerkat.session"]).toMatch(/^0x[0-9a-f]+$/);
  expect(outlineOf(spans, leader).split("\n")[0]).toMatch(
    /^gateway-2: ZooKeeper create2? \(server\)/,
  );

  const read = await until("the span of the read", () =>
    receiver.spans.find(({ name }) => name === "ZooKeeper getData"),
  );
  expect(read.attributes["meerkat.path"]).toBe("/wire");
  expect(receiver.traceOf(read.traceId)).toHaveLength(1);
});

it("a refused transaction is an answer like another, with its result", async () => {
  const { id, traceparent } = newTrace();
  const answer = await client.request("DELETE", "/v1/znodes/nowhere", { headers: { traceparent } });
  expect(answer.status).toBe(404);
  const spans = await spansOf(id, SPANS_OF_A_REFUSAL);
  expect(named(spans, "process request").attributes["meerkat.result"]).toBe("NONODE");
  expect(named(spans, "DELETE /v1/znodes/*").status.code).toBe("unset");
});

it("exports nothing of what a client does not want sampled, unless it is slow or fails", async () => {
  const unsampled = newTrace(false);
  await put("/quiet", "x", unsampled.traceparent);
  const sampled = newTrace();
  await put("/quiet", "y", sampled.traceparent);
  await spansOf(sampled.id, SPANS_OF_A_WRITE);
  expect(receiver.traceOf(unsampled.id)).toEqual([]);

  // The followers stand still, and the leader waits for one of them.
  const leader = await ensemble.leader();
  const followers = ["replica-1", "replica-2", "replica-3"].filter((name) => name !== leader);
  const signal = (what: NodeJS.Signals) => {
    for (const name of followers) ensemble.stack.process(name).signal(what);
  };
  signal("SIGSTOP");
  const failing = newTrace(false);
  const failed = await put("/quiet", "z", failing.traceparent);
  signal("SIGCONT");
  expect(failed.status).toBe(503);
  const spans = await spansOf(failing.id, 4);
  expect(outlineOf(spans, leader)).toMatchInlineSnapshot(`
    "gateway-1: PUT /v1/znodes/* (server)
      gateway-1: await commit (internal)
      gateway-1: send request (producer)
      gateway-1: session queue (internal)"
  `);
  const request = named(spans, "PUT /v1/znodes/*");
  expect(request.parentSpanId).toBe("b7ad6b7169203331");
  expect(request.attributes["meerkat.trace.late"]).toBe(true);
  expect(request.status.code).toBe("error");
  expect(named(spans, "await commit").status.message).toContain("quorum");
  expect(request.endUs - request.startUs).toBeGreaterThan(SLOW_MS * 1_000);

  const commit = await until("the leader's own word", () =>
    receiver.spans.find(({ name, attributes, status }) => {
      const isLate = attributes["meerkat.trace.late"] === true;
      return name === "commit" && isLate && status.code === "error";
    }),
  );
  expect(processOf(commit)).toBe(leader);
  expect(commit.status.message).toContain("ended before a quorum had acknowledged it");
});

it("a leader change shows in the traces of who waited through it", async () => {
  await until("writes again", async () => {
    const { status } = await put("/change", "x", newTrace(false).traceparent);
    return status === 200 ? true : undefined;
  });
  const leader = await ensemble.leader();
  ensemble.stack.process(leader).signal("SIGSTOP");
  const slow = newTrace(false);
  const answer = await put("/change", "y", slow.traceparent);
  ensemble.stack.process(leader).signal("SIGCONT");
  expect(answer.status).toBe(200);
  const spans = await spansOf(slow.id, 6);
  expect(named(spans, "PUT /v1/znodes/*").attributes).toMatchObject({
    "meerkat.trace.late": true,
    "meerkat.result": "OK",
  });
  expect(new Set(spans.map(processOf))).toEqual(new Set(["gateway-1"]));
});

it("a receiver that is away holds nothing up, and is mentioned once when it goes and once when it is back", async () => {
  const port = Number(new URL(receiver.url).port);
  await receiver[Symbol.asyncDispose]();
  const linesAbout = (what: string) => {
    const log = readFileSync(ensemble.stack.folder.logFile("gateway-1"), "utf8");
    return log.split("\n").filter((line) => line.includes(what));
  };
  const write = async () => (await put("/away", "x", newTrace().traceparent)).status;
  await until("the loss is noticed", async () => {
    expect(await write()).toBe(200);
    return linesAbout("Traces cannot be delivered").length > 0 ? true : undefined;
  });
  for (let n = 0; n < 50; n += 1) expect(await write()).toBe(200);
  receiver = await OtlpReceiver.start(port);
  await until("traces come again", async () => {
    expect(await write()).toBe(200);
    return linesAbout("again").some((line) => line.includes("Traces are delivered"))
      ? true
      : undefined;
  });
  expect(linesAbout("Traces cannot be delivered")).toHaveLength(1);
});
