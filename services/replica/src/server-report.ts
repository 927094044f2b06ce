import type { Bus, Subjects } from "@meerkat/bus";
import { encodeReport, type ServerReport } from "@meerkat/transport";
import type { PeerStatus, ServerId } from "@meerkat/zab";
import type { Delivery } from "./pipeline/delivery.ts";

export interface ReporterOptions {
  readonly self: ServerId;
  /** Where its health check listens; empty without one. */
  readonly address: string;
  readonly startedAtMs: number;
}

/** Tells everybody who listens how this replica is: /v1/cluster, and people. */
export class Reporter {
  readonly #bus: Bus;
  readonly #subjects: Subjects;
  readonly #options: ReporterOptions;

  constructor(bus: Bus, subjects: Subjects, options: ReporterOptions) {
    this.#bus = bus;
    this.#subjects = subjects;
    this.#options = options;
  }

  publish(status: PeerStatus, delivery: Delivery): void {
    this.#bus.publish(this.#subjects.report, encodeReport(this.#reportOf(status, delivery)));
  }

  #reportOf(status: PeerStatus, { applied, digest }: Delivery): ServerReport {
    const { self, address, startedAtMs } = this.#options;
    const { serverState, zabState, epoch, leader, established, voice, lastZxid } = status;
    return {
      id: self,
      kind: "replica",
      name: `replica-${self}`,
      address,
      serverState,
      zabState,
      epoch,
      leader: leader ?? 0,
      established,
      voice,
      lastZxid,
      appliedZxid: applied,
      digest,
      startedAtMs,
    };
  }
}
