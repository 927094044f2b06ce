import { Reminder } from "@meerkat/service";
import type { PeerStatus } from "@meerkat/zab";

export interface ChronicleLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A start or an election that takes longer is none of the usual ones. */
const TROUBLE_MS = 10_000;

/**
 * What happened to this gateway, for a person who reads it at night: one line when it stops serving, one
 * when it serves again, and one now and then in between. All the steps are there at level debug.
 */
export class Chronicle {
  readonly #log: ChronicleLog;
  readonly #nowMs: () => number;
  readonly #outage = new Reminder();
  /** Undefined while it serves. */
  #lostAtMs: number | undefined;
  #txnsBefore = 0;

  constructor(log: ChronicleLog, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
    this.#lostAtMs = nowMs();
  }

  onStatus(status: PeerStatus): void {
    this.#log.debug(fieldsOf(status), status.reason);
  }

  /** `txns` were applied since the start of the process. */
  onLost(status: PeerStatus, txns: number): void {
    this.#lostAtMs ??= this.#nowMs();
    this.#txnsBefore = txns;
    this.#log.warn(fieldsOf(status), `Serves no writes for the moment: ${status.reason}`);
  }

  onServing(status: PeerStatus, txns: number): void {
    const tookMs = Math.round(this.#nowMs() - (this.#lostAtMs ?? this.#nowMs()));
    this.#lostAtMs = undefined;
    this.#outage.reset();
    const meanwhile = txns - this.#txnsBefore;
    this.#log.info(
      { ...fieldsOf(status), tookMs, txns: meanwhile },
      `Serves reads and writes: follows leader ${status.leader} in epoch ${status.epoch}, after ${tookMs} ms ` +
        `without one; applied since: ${meanwhile} transactions`,
    );
  }

  onTick(status: PeerStatus): void {
    if (this.#lostAtMs === undefined) return;
    const outageMs = this.#nowMs() - this.#lostAtMs;
    if (!this.#outage.isDue(outageMs)) return;
    const level = outageMs >= TROUBLE_MS ? "warn" : "info";
    this.#log[level](
      { ...fieldsOf(status), outageMs: Math.round(outageMs) },
      `Serves no writes for ${Math.round(outageMs / 1_000)} s: ${status.reason}`,
    );
  }
}

function fieldsOf(status: PeerStatus): object {
  const { serverState, zabState, epoch, leader } = status;
  return { serverState, zabState, epoch, leader: leader ?? 0 };
}
