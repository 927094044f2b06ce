import type { Epoch, Incarnation, PeerStatus, Proposal, ServerId } from "@meerkat/zab";
import { epochOf } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";

interface Reign {
  readonly server: ServerId;
  readonly incarnation: Incarnation;
}

/** Leadership: every epoch has at most one established leader, and only it broadcasts. */
export class Leadership implements Checker {
  readonly #reigns = new Map<Epoch, Reign>();

  established(server: ServerId, incarnation: Incarnation, status: PeerStatus): void {
    this.#claim(status.epoch, { server, incarnation });
  }

  broadcast(server: ServerId, incarnation: Incarnation, proposal: Proposal): void {
    this.#claim(epochOf(proposal.first), { server, incarnation });
  }

  #claim(epoch: Epoch, reign: Reign): void {
    const held = this.#reigns.get(epoch);
    if (held === undefined) {
      this.#reigns.set(epoch, reign);
      return;
    }
    if (held.server === reign.server && held.incarnation === reign.incarnation) return;
    const claim = `servers ${held.server} and ${reign.server} both lead epoch ${epoch}`;
    throw new Violation("Leadership", claim);
  }
}
