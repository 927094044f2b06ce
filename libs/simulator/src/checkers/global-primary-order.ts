import { epochOf, formatZxid, type Proposal, type ServerId, type Zxid } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";
import { describeProposal } from "./ledger.ts";

/**
 * GlobalPrimaryOrder: transactions of an earlier epoch are delivered before those of a later one.
 */
export class GlobalPrimaryOrder implements Checker {
  readonly #lastDelivered = new Map<ServerId, Zxid>();

  restored(server: ServerId, zxid: Zxid): void {
    this.#lastDelivered.set(server, zxid);
  }

  delivered(server: ServerId, _position: number, proposal: Proposal): void {
    const last = this.#lastDelivered.get(server);
    this.#lastDelivered.set(server, proposal.last);
    if (last === undefined) return;
    if (epochOf(proposal.first) >= epochOf(last) && proposal.first > last) return;
    const claim = `server ${server} delivers ${describeProposal(proposal)}`;
    throw new Violation("GlobalPrimaryOrder", `${claim} after ${formatZxid(last)}`);
  }
}
