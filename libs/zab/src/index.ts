export * from "./ids.ts";
export { InvariantViolation, invariant } from "./invariant.ts";
export * from "./packets.ts";
export * from "./proposal.ts";
export * from "./ready.ts";
export * from "./zxid.ts";
