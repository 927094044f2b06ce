import { expect, it } from "vitest";
import { describeTrace, drawWaterfall, OtlpReceiver, type ReceivedSpan } from "../src/index.ts";

function span(spanId: string, parentSpanId: string, more: Partial<ReceivedSpan>): ReceivedSpan {
  return {
    ...{ traceId: "a1", spanId, parentSpanId, name: spanId, kind: "internal" },
    ...{ startUs: 1_000, endUs: 3_500, attributes: {}, events: [], links: [] },
    status: { code: "unset", message: "" },
    resource: { "service.instance.id": "gateway-1" },
    ...more,
  };
}

const TRACE = [
  span("fsync", "append", { startUs: 2_000, resource: { "service.instance.id": "replica-2" } }),
  span("PUT <a>", "elsewhere", { kind: "server", endUs: 5_000 }),
  span("append", "PUT <a>", {
    startUs: 1_500,
    status: { code: "error", message: "the disk is full" },
    events: [{ name: "ack", atUs: 2_500, attributes: {} }],
  }),
];

it("prints a trace as a tree, whatever the order in which its spans came", () => {
  expect(describeTrace(TRACE).replaceAll(/ +/g, " ")).toBe(
    [
      "trace a1",
      "gateway-1 PUT <a> + 0.00 ms 4.00 ms",
      "gateway-1 append + 0.50 ms 2.00 ms the disk is full",
      "replica-2 fsync + 1.00 ms 1.50 ms",
      "",
    ].join("\n"),
  );
});

it("draws a row for each span, a mark for each event, and what is no markup as it is", () => {
  const svg = drawWaterfall(TRACE, "a & b");
  expect(svg).toContain("<title>a &amp; b</title>");
  expect(svg).toContain("PUT &lt;a&gt;");
  expect(svg.match(/rx="2"/g)).toHaveLength(3);
  expect(svg.match(/stroke="#000"/g)).toHaveLength(1);
  expect(svg.match(/stroke="#c00"/g)).toHaveLength(1);
});

it("takes exports of traces and complains of anything else", async () => {
  await using receiver = await OtlpReceiver.start();
  const post = async (path: string, type: string, body: string) => {
    const request = { method: "POST", headers: { "content-type": type }, body };
    return (await fetch(`${receiver.url}${path}`, request)).status;
  };
  expect(await post("/v1/traces", "application/x-protobuf", "")).toBe(200);
  expect(await post("/v1/traces", "application/json", "{}")).toBe(400);
  expect(await post("/v1/metrics", "application/x-protobuf", "")).toBe(400);
  expect(await post("/v1/traces", "application/x-protobuf", "\u0001 no protobuf")).toBe(400);
  expect(receiver.complaints).toHaveLength(3);
});
