import type { Proposal, ServerId } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";
import { describeProposal, type Ledger } from "./ledger.ts";

/**
 * TotalOrder: if a server delivers a before b, every server that delivers b delivers a before it.
 */
export class TotalOrder implements Checker {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  delivered(server: ServerId, position: number, proposal: Proposal): void {
    const index = this.#ledger.indexOf(proposal);
    if (index === undefined || index === position) return;
    const claim = `server ${server} delivers ${describeProposal(proposal)} as number ${position}`;
    throw new Violation("TotalOrder", `${claim}, others as number ${index}`);
  }
}
