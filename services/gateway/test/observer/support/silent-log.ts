import type { ObserverLog } from "../../../src/observer/observer.ts";

const nothing = (): void => undefined;

export const SILENT: ObserverLog = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
