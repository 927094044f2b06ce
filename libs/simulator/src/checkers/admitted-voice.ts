import {
  decodeMembers,
  type Envelope,
  type Incarnation,
  type Proposal,
  type ServerId,
  type StoreId,
  ZXID_ZERO,
} from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";

/**
 * AdmittedVoice: nobody claims a voice for a store that no committed admission names (ADR 0001).
 * The founding admission alone counts from its broadcast: its leader heard from every voter that it
 * has an empty history, so no founder has anything to forget.
 */
export class AdmittedVoice implements Checker {
  readonly #admitted = new Map<ServerId, Set<StoreId>>();

  committed(proposal: Proposal): void {
    if (proposal.kind === "admission") this.#admit(proposal);
  }

  broadcast(_server: ServerId, _incarnation: Incarnation, proposal: Proposal): void {
    if (proposal.kind === "admission" && proposal.previous === ZXID_ZERO) this.#admit(proposal);
  }

  #admit(proposal: Proposal): void {
    for (const [server, store] of decodeMembers(proposal.payload)) {
      const stores = this.#admitted.get(server);
      if (stores === undefined) this.#admitted.set(server, new Set([store]));
      else stores.add(store);
    }
  }

  sent({ from, packet }: Envelope): void {
    if (packet.type !== "FOLLOWERINFO" && packet.type !== "ACKEPOCH" && packet.type !== "ACK") {
      return;
    }
    if (!packet.voice || this.#admitted.get(from)?.has(packet.storeId) === true) return;
    const claim = `server ${from} claims a voice in ${packet.type} for store ${packet.storeId}`;
    throw new Violation("AdmittedVoice", `${claim}, which was never admitted`);
  }
}
