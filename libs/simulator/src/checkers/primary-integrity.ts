import {
  EPOCH_ZERO,
  type Epoch,
  epochOf,
  type Incarnation,
  type Proposal,
  type ServerId,
} from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";
import { describeProposal, type Ledger } from "./ledger.ts";

/**
 * PrimaryIntegrity: a primary that broadcasts in epoch e has first delivered everything that
 * anybody ever delivers of earlier epochs.
 */
export class PrimaryIntegrity implements Checker {
  readonly #ledger: Ledger;
  #newestBroadcast: Epoch = EPOCH_ZERO;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  broadcast(server: ServerId, _incarnation: Incarnation, proposal: Proposal): void {
    const epoch = epochOf(proposal.first);
    if (epoch > this.#newestBroadcast) this.#newestBroadcast = epoch;
    const next = this.#ledger.at(this.#ledger.positionOf(server));
    if (next === undefined || epochOf(next.first) >= epoch) return;
    const claim = `server ${server} broadcasts ${describeProposal(proposal)}`;
    throw new Violation("PrimaryIntegrity", `${claim} without ${describeProposal(next)}`);
  }

  committed(proposal: Proposal): void {
    if (epochOf(proposal.first) >= this.#newestBroadcast) return;
    const claim = `${describeProposal(proposal)} is delivered first`;
    throw new Violation(
      "PrimaryIntegrity",
      `${claim} after epoch ${this.#newestBroadcast} has begun to broadcast`,
    );
  }
}
