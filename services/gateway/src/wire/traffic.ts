import type { Counters } from "./counters.ts";
import { Latency } from "./latency.ts";

/** What one session and its server have said to each other over this connection. */
export class Traffic {
  readonly latency = new Latency();
  received = 0;
  sent = 0;
  lastXid = 0;
  lastOpCode = 0;
  lastZxid = 0;
  /** Those of all connections. */
  readonly #all: Counters;

  constructor(all: Counters) {
    this.#all = all;
  }

  onReceived(xid: number, opCode: number): void {
    this.#all.packetsReceived += 1;
    this.received += 1;
    this.lastXid = xid;
    this.lastOpCode = opCode;
  }

  onReadAnswered(latencyMs: number): void {
    this.#all.readMs.add(latencyMs);
    this.onWriteAnswered(latencyMs);
  }

  /** Whoever applied its txn has counted what it took. */
  onWriteAnswered(latencyMs: number): void {
    this.latency.add(latencyMs);
    this.#all.latency.add(latencyMs);
    this.onSent();
  }

  onSent(): void {
    this.sent += 1;
    this.#all.packetsSent += 1;
  }

  /** As `crst` does. */
  reset(): void {
    this.received = 0;
    this.sent = 0;
    this.latency.reset();
  }
}
