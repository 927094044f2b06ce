export * from "./acl/acl.ts";
export * from "./acl/acl-policy.ts";
export * from "./acl/check-acl.ts";
export * from "./acl/fix-acl.ts";
export type { Scheme } from "./acl/schemes/scheme.ts";
export { SUPER } from "./acl/schemes/super.ts";
export * from "./apply-sink.ts";
export * from "./create-mode.ts";
export * from "./path.ts";
export * from "./quota/quota-table.ts";
export * from "./quota/quota-text.ts";
export * from "./request.ts";
export * from "./result-code.ts";
export * from "./stat.ts";
export * from "./txn/txn.ts";
export * from "./watch/catch-up.ts";
export type { WatcherId } from "./watch/path-watchers.ts";
export {
  DATA_TABLE_KINDS,
  WatcherType,
  WatchKind,
  type WatchKinds,
} from "./watch/watch-kind.ts";
export * from "./watch/watch-table.ts";
