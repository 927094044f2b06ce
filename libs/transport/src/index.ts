export * from "./gateway-messages.ts";
