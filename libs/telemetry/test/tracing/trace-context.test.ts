import { expect, it } from "vitest";
import { formatTraceparent, parseTraceparent } from "../../src/index.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN_ID = "00f067aa0ba902b7";

it("reads a traceparent, whatever else its flags and a later version say", () => {
  const context = { traceId: TRACE_ID, spanId: SPAN_ID };
  const sampled = { ...context, sampled: true };
  expect(parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-01`)).toEqual(sampled);
  expect(parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-03`)).toEqual(sampled);
  expect(parseTraceparent(`00-${TRACE_ID}-${SPAN_ID}-00`)).toEqual({ ...context, sampled: false });
  expect(parseTraceparent(`01-${TRACE_ID}-${SPAN_ID}-01-more`)).toEqual(sampled);
  expect(parseTraceparent(formatTraceparent(context))).toEqual(sampled);
});

it.each([
  ["nothing", undefined],
  ["several headers", [`00-${TRACE_ID}-${SPAN_ID}-01`]],
  ["no header of this form", "4bf92f3577b34da6"],
  ["capital letters", `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
  ["the version that never was", `ff-${TRACE_ID}-${SPAN_ID}-01`],
  ["more than version 00 has", `00-${TRACE_ID}-${SPAN_ID}-01-more`],
  ["no trace", `00-${"0".repeat(32)}-${SPAN_ID}-01`],
  ["no span", `00-${TRACE_ID}-${"0".repeat(16)}-01`],
])("takes %s for no context", (_what, header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});
