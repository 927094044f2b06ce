export {
  type AdviceEnvelope,
  decodeAdvice,
  decodeNotification,
  decodeReplicaState,
  encodeAdvice,
  encodeNotification,
  encodeQuestion,
  encodeReplicaState,
  type NotificationEnvelope,
} from "./election-codec.ts";
export { type ElectionHandlers, ElectionTransport } from "./election-transport.ts";
export { type ElectorHandlers, ElectorLink } from "./elector-link.ts";
export {
  decodeToGateway,
  decodeToLeader,
  encodeToGateway,
  encodeToLeader,
  REQUEST_BATCH_OVERHEAD_BYTES,
} from "./gateway-codec.ts";
export * from "./gateway-messages.ts";
export { newIncarnation } from "./incarnation-filter.ts";
export { type MessageBounds, requiredMaxPayloadBytes } from "./message-bounds.ts";
export { decodeEnvelope, encodeEnvelope } from "./packets/envelope-codec.ts";
export type { ReceiveCounters } from "./receive-counters.ts";
export { decodeReport, encodeReport } from "./report-codec.ts";
export { MalformedMessage } from "./wire/malformed-message.ts";
export { ZabTransport, type ZabTransportOptions } from "./zab-transport.ts";
