export * from "./data-fields.ts";
export * from "./disclosure.ts";
export * from "./encode-event.ts";
export * from "./event-id.ts";
export * from "./gap.ts";
export * from "./watch-event.ts";
export * from "./watch-subjects.ts";
