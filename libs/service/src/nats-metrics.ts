import { counter, gauge, type Metric } from "@meerkat/telemetry/metrics";

/** What a connection to NATS has done since the process started (libs/bus keeps it). */
export interface NatsFacts {
  readonly connected: boolean;
  readonly traffic: {
    readonly reconnects: number;
    readonly messagesIn: number;
    readonly messagesOut: number;
    readonly bytesIn: number;
    readonly bytesOut: number;
  };
}

/** Of all connections of a process; most have one. */
export const NATS_METRICS: readonly Metric<readonly NatsFacts[]>[] = [
  gauge("meerkat_nats_connected", "1 while all connections to NATS are up, otherwise 0", (all) =>
    all.every(({ connected }) => connected) ? 1 : 0,
  ),
  counter(
    "meerkat_nats_reconnects_total",
    "Connections to NATS that were lost and made again",
    (all) => sumOf(all, "reconnects"),
  ),
  counter("meerkat_nats_messages_received_total", "Messages from NATS", (all) =>
    sumOf(all, "messagesIn"),
  ),
  counter("meerkat_nats_messages_sent_total", "Messages to NATS", (all) =>
    sumOf(all, "messagesOut"),
  ),
  counter("meerkat_nats_received_bytes_total", "Payload from NATS in bytes", (all) =>
    sumOf(all, "bytesIn"),
  ),
  counter("meerkat_nats_sent_bytes_total", "Payload to NATS in bytes", (all) =>
    sumOf(all, "bytesOut"),
  ),
];

function sumOf(all: readonly NatsFacts[], key: keyof NatsFacts["traffic"]): number {
  return all.reduce((sum, { traffic }) => sum + traffic[key], 0);
}
