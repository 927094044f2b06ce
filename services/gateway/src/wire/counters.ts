import type { Histogram } from "@meerkat/telemetry/metrics";
import { Latency } from "./latency.ts";

/** What this door has done since its start, or since `srst`. */
export class Counters {
  readonly latency = new Latency();
  /** Of what is answered without a transaction; shared with the other doors. */
  readonly readMs: Histogram;
  packetsReceived = 0;
  packetsSent = 0;
  bytesReceived = 0;
  bytesSent = 0;
  responseBytesLast = 0;
  responseBytesMax = 0;
  responseBytesMin = 0;
  /** Frames that are none, or that nobody may send. */
  badFrames = 0;
  /** Connections that were closed for not taking what they were sent. */
  dropped = 0;
  connectionsRejected = 0;
  /** Closed because they began no session in time. */
  sessionlessExpired = 0;
  authFailed = 0;
  connectionRequests = 0;
  revalidations = 0;
  sessionsExpired = 0;

  constructor(readMs: Histogram) {
    this.readMs = readMs;
  }

  sentBytes(bytes: number): void {
    this.bytesSent += bytes;
    this.responseBytesLast = bytes;
    if (bytes > this.responseBytesMax) this.responseBytesMax = bytes;
    if (this.responseBytesMin === 0 || bytes < this.responseBytesMin) this.responseBytesMin = bytes;
  }

  /** As `srst` does. */
  reset(): void {
    this.latency.reset();
    this.packetsReceived = 0;
    this.packetsSent = 0;
  }
}
