import type { Logger } from "@meerkat/telemetry";

/** What happened to a connection to NATS (libs/bus tells it), with a sentence for people. */
interface NatsStatus {
  readonly type: "connected" | "disconnected" | "reconnected" | "leaving" | "error";
  readonly message: string;
}

const LEVELS = {
  connected: "info",
  reconnected: "info",
  disconnected: "warn",
  leaving: "warn",
  error: "error",
} as const;

/** Writes it down: what comes back is news, what goes is a warning. */
export function logNatsStatus(logger: Logger, { type, message }: NatsStatus): void {
  logger[LEVELS[type]](message);
}
