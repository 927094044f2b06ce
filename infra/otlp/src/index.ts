export { OtlpReceiver } from "./otlp-receiver.ts";
export type { AttributeValue, ReceivedSpan } from "./received-span.ts";
export { describeTrace, processOf, type TraceNode, traceTrees } from "./trace-tree.ts";
export { drawWaterfall } from "./waterfall.ts";
