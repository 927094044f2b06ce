import type { Incarnation, Proposal, ServerId, Zxid } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";
import { describeProposal, isSameProposal } from "./ledger.ts";

/** Integrity: what a server delivers, some primary has broadcast. */
export class Integrity implements Checker {
  readonly #broadcast = new Map<Zxid, Proposal>();

  broadcast(server: ServerId, _incarnation: Incarnation, proposal: Proposal): void {
    const held = this.#broadcast.get(proposal.first);
    if (held !== undefined && !isSameProposal(held, proposal)) {
      const claim = `server ${server} broadcasts another ${describeProposal(proposal)}`;
      throw new Violation("Integrity", `${claim} than was broadcast before`);
    }
    this.#broadcast.set(proposal.first, proposal);
  }

  delivered(server: ServerId, _position: number, proposal: Proposal): void {
    const held = this.#broadcast.get(proposal.first);
    if (held !== undefined && isSameProposal(held, proposal)) return;
    const claim = `server ${server} delivers ${describeProposal(proposal)}`;
    throw new Violation("Integrity", `${claim}, which no primary has broadcast`);
  }
}
