import type { ServerReport } from "@meerkat/transport";
import type { ServerId } from "@meerkat/zab";

/** A report this old says nothing about the ensemble any more. */
const AGE_MAX_MS = 10 * 60_000;
/** There are 254 voters at most, and a gateway has one id for all its runs. */
const SERVERS_MAX = 1_024;

export interface HeardReport {
  readonly report: ServerReport;
  readonly ageMs: number;
}

/** The last report of every server heard of. */
export class ServerReports {
  readonly #nowMs: () => number;
  readonly #heard = new Map<ServerId, { readonly report: ServerReport; readonly atMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  take(report: ServerReport): void {
    if (!this.#heard.has(report.id) && this.#heard.size >= SERVERS_MAX) return;
    this.#heard.set(report.id, { report, atMs: this.#nowMs() });
  }

  /** By id: voters first, then gateways. */
  list(): HeardReport[] {
    const nowMs = this.#nowMs();
    const reports: HeardReport[] = [];
    for (const [id, { report, atMs }] of this.#heard) {
      const ageMs = nowMs - atMs;
      if (ageMs > AGE_MAX_MS) this.#heard.delete(id);
      else reports.push({ report, ageMs });
    }
    return reports.sort((a, b) => a.report.id - b.report.id);
  }
}
