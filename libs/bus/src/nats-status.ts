import type { Status } from "@nats-io/transport-node";
import type { BusStatus } from "./status.ts";

/** The client's event in a sentence; undefined for what only the client cares about. */
export function describeStatus(status: Status): BusStatus | undefined {
  switch (status.type) {
    case "disconnect":
      return {
        type: "disconnected",
        message: `Lost the connection to the NATS server at ${status.server}; trying again until one answers.`,
      };
    case "reconnect":
      return {
        type: "reconnected",
        message: `Connected again, to the NATS server at ${status.server}.`,
      };
    case "ldm":
      return {
        type: "leaving",
        message: `The NATS server at ${status.server} is about to shut down; another one takes over.`,
      };
    case "error":
      return { type: "error", message: `The NATS server reports: ${status.error.message}.` };
    case "staleConnection":
      return {
        type: "error",
        message: "The NATS server left two pings unanswered; this connection is given up.",
      };
    default:
      return undefined;
  }
}
