export * from "./bus.ts";
export * from "./errors.ts";
export { requireMaxPayload } from "./max-payload.ts";
export { MemoryBus, MemoryHub, type MemoryHubOptions, type MemoryMessage } from "./memory-bus.ts";
export { connectNatsBus, type NatsBus, type NatsBusOptions } from "./nats-bus.ts";
export type { NatsCredentials, NatsTls } from "./nats-credentials.ts";
export {
  type OrderedStream,
  type StreamEnd,
  type StreamMessage,
  type StreamOptions,
  type StreamProblem,
  StreamUnavailable,
  type Trimmed,
} from "./ordered-stream.ts";
export type { BusStatus } from "./status.ts";
export type { KeptMessage, StreamPlace, StreamReader } from "./stream-reader.ts";
export { isToken, SUBJECT_ROOT_DEFAULT, Subjects } from "./subjects.ts";
