import type { Proposal, ServerId } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";
import { describeProposal, isSameProposal, type Ledger } from "./ledger.ts";

/**
 * Agreement: if one server delivers a and another delivers b, then one of the two delivers both.
 */
export class Agreement implements Checker {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  delivered(server: ServerId, position: number, proposal: Proposal): void {
    const expected = this.#ledger.at(position);
    if (expected === undefined || isSameProposal(expected, proposal)) return;
    if (this.#ledger.indexOf(proposal) !== undefined) return;
    const claim = `server ${server} delivers ${describeProposal(proposal)} at ${position}`;
    throw new Violation("Agreement", `${claim}, others delivered ${describeProposal(expected)}`);
  }
}
