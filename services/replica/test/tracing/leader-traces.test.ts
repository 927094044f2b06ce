import { type Span, Tracer } from "@meerkat/telemetry";
import type { BatchTrace, Request, Txn } from "@meerkat/tree";
import type { Epoch, ServerId, Zxid } from "@meerkat/zab";
import { expect, it } from "vitest";
import { LeaderTraces, TRACES_PER_BATCH_MAX } from "../../src/tracing/leader-traces.ts";
import { zxid } from "../storage/folder.ts";

const TIMES = { receivedMs: 1, preparesMs: 2, preparedMs: 3 };
const SUBJECTS = { request: "meerkat.local.request.1", proposal: "meerkat.local.zab.proposal" };

function setUp({ slowMs = 60_000 } = {}) {
  const spans: Span[] = [];
  const sink = { isFull: false, add: (span: Span) => void spans.push(span) };
  const sampling = { ratio: 1, parentBased: true, slowMs, tracesPerSecondMax: 100 };
  const traces = new LeaderTraces(new Tracer(sampling, sink), 1 as Epoch, SUBJECTS);
  const named = (name: string) => spans.filter((span) => span.name === name);
  return { spans, traces, named, sink };
}

function request(number: number): Request {
  const id = number.toString(16).padStart(32, "a");
  return {
    origin: { gateway: 7, number },
    session: 0,
    credentials: [],
    operation: { type: "delete", path: `/${number}`, version: -1 },
    traceparent: `00-${id}-00f067aa0ba902b7-01`,
  };
}

/** So many sampled requests as one batch; one that is not for 0. */
function proposeBatch(
  traces: LeaderTraces,
  count: number,
): { readonly told: readonly BatchTrace[]; readonly last: Zxid } {
  const first = zxid(1, 1);
  for (let n = 0; n < count; n += 1) {
    const txn: Txn = {
      origin: { gateway: 7, number: n },
      session: 0,
      time: 0,
      body: { type: "changes", multi: false, records: [] },
    };
    traces.prepared(request(n), txn, (first + n) as Zxid, TIMES);
  }
  const told = traces.batchTraces(first);
  const payload = new Uint8Array(100);
  const last = (first + Math.max(1, count) - 1) as Zxid;
  traces.proposed({ previous: zxid(1, 0), first, last, kind: "txns", payload });
  return { told, last };
}

it("writes nothing before the commit, and then each voter's ack that was heard by then", () => {
  const { spans, traces, named } = setUp();
  const { last } = proposeBatch(traces, 1);
  traces.acknowledged(2 as ServerId, last);
  traces.acknowledged(2 as ServerId, last);
  traces.acknowledged(3 as ServerId, (last - 1) as Zxid);
  traces.acknowledged(1 as ServerId, last);
  expect(spans).toEqual([]);
  traces.committed(last);
  const servers = named("commit")[0]?.events?.map(({ attributes }) => attributes);
  expect(servers).toEqual([{ "meerkat.server.id": 2 }, { "meerkat.server.id": 1 }]);
  traces.committed(last);
  expect(named("commit")).toHaveLength(1);
});

it("tells the voters of as many as are bounded, and links the rest to the first", () => {
  const { traces, named } = setUp();
  const count = TRACES_PER_BATCH_MAX + 5;
  const { told, last } = proposeBatch(traces, count);
  expect(told).toHaveLength(TRACES_PER_BATCH_MAX);
  expect(told.map(({ index }) => index)).toEqual(told.map((_, index) => index));
  traces.committed(last);
  const proposes = named("propose");
  expect(proposes).toHaveLength(count);
  const [one] = proposes;
  expect(told[0]?.traceparent).toContain(one?.context.spanId);
  const linked = proposes.filter(({ links = [] }) => links.length > 0);
  expect(linked).toHaveLength(5);
  for (const { links } of linked) expect(links).toEqual([{ context: one?.context }]);
});

it("what the epoch leaves uncommitted ends with its end", () => {
  const { spans, traces, named } = setUp();
  proposeBatch(traces, 1);
  traces.end();
  expect(named("process request")[0]?.error).toBe(
    "epoch 1 ended before a quorum had acknowledged it",
  );
  const before = spans.length;
  traces.committed(zxid(1, 1));
  expect(spans).toHaveLength(before);
});

it("a proposal that nobody sampled is told when its commit took long", () => {
  const { spans, traces } = setUp({ slowMs: 0 });
  const { last } = proposeBatch(traces, 0);
  traces.acknowledged(2 as ServerId, last);
  traces.committed(last);
  expect(spans).toHaveLength(1);
  expect(spans[0]).toMatchObject({
    name: "commit",
    attributes: { "meerkat.trace.late": true, "meerkat.zxid": "0x100000001" },
    events: [{ name: "ack", attributes: { "meerkat.server.id": 2 } }],
  });
  expect(spans[0]).not.toHaveProperty("parent");

  const quick = setUp();
  quick.traces.committed(proposeBatch(quick.traces, 0).last);
  expect(quick.spans).toEqual([]);
});

it("makes nothing for a queue that is full", () => {
  const { spans, traces, sink } = setUp();
  const { last } = proposeBatch(traces, 3);
  sink.isFull = true;
  traces.committed(last);
  expect(spans).toEqual([]);
});
