import { type Epoch, epochOf, type Incarnation, type Proposal, type ServerId } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";
import { describeProposal, isSameProposal, type Ledger } from "./ledger.ts";

/**
 * LocalPrimaryOrder: if a primary broadcasts a before b, whoever delivers b delivers a before it.
 * So what is delivered of an epoch is what was broadcast in it, from its beginning and without a
 * hole.
 */
export class LocalPrimaryOrder implements Checker {
  readonly #ledger: Ledger;
  readonly #broadcastByEpoch = new Map<Epoch, Proposal[]>();
  /** Of the ledger: how many proposals of each epoch. Every server delivers the ledger's order. */
  readonly #committedByEpoch = new Map<Epoch, number>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  broadcast(_server: ServerId, _incarnation: Incarnation, proposal: Proposal): void {
    const epoch = epochOf(proposal.first);
    const broadcast = this.#broadcastByEpoch.get(epoch);
    if (broadcast === undefined) this.#broadcastByEpoch.set(epoch, [proposal]);
    else broadcast.push(proposal);
  }

  delivered(server: ServerId, position: number, proposal: Proposal): void {
    if (position < this.#ledger.proposals.length) return;
    const epoch = epochOf(proposal.first);
    const count = this.#committedByEpoch.get(epoch) ?? 0;
    const due = this.#broadcastByEpoch.get(epoch)?.[count];
    if (due === undefined || !isSameProposal(due, proposal)) {
      const claim = `server ${server} delivers ${describeProposal(proposal)}`;
      const before = due === undefined ? "nothing" : describeProposal(due);
      throw new Violation(
        "LocalPrimaryOrder",
        `${claim}, but its primary broadcast ${before} here`,
      );
    }
    this.#committedByEpoch.set(epoch, count + 1);
  }
}
