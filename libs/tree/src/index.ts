export * from "./acl/acl.ts";
export * from "./apply-sink.ts";
export * from "./create-mode.ts";
export * from "./request.ts";
export * from "./result-code.ts";
export * from "./stat.ts";
export * from "./txn/txn.ts";
