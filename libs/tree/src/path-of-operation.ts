import type { Operation } from "./request.ts";

/** The path that an operation is about, of several the first; undefined where it is about none. */
export function pathOf(operation: Operation): string | undefined {
  switch (operation.type) {
    case "multi":
      return operation.operations[0]?.path;
    case "conditional":
      return operation.conditions[0]?.path ?? operation.then[0]?.path ?? operation.else[0]?.path;
    case "createSession":
    case "attachSession":
    case "closeSession":
    case "noop":
      return undefined;
    default:
      return operation.path;
  }
}
