import {
  decodeMembers,
  type Envelope,
  type Members,
  type Persist,
  type Proposal,
  type ServerId,
  type StoreId,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import type { Image } from "../image.ts";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";

/**
 * AdmittedVoice: nobody claims a voice for a store before an admission of it is committed (ADR
 * 0001): before it is on the disks of a majority, of voters whose stores were admitted before. What
 * the servers themselves believe to be committed is not asked.
 *
 * The founding admission alone counts as soon as it is on a disk: its leader heard from every voter
 * that it has an empty history, so no founder has anything to forget.
 */
export class AdmittedVoice implements Checker {
  readonly #voters: number;
  readonly #admitted = new Set<StoreId>();
  readonly #holders = new Map<Zxid, Set<ServerId>>();

  constructor(voters: number) {
    this.#voters = voters;
  }

  durable(server: ServerId, image: Image, { append }: Persist): void {
    for (const proposal of append) {
      if (proposal.kind === "admission") this.#held(server, image, proposal);
    }
  }

  sent({ from, packet }: Envelope): void {
    if (packet.type !== "FOLLOWERINFO" && packet.type !== "ACKEPOCH" && packet.type !== "ACK") {
      return;
    }
    if (!packet.voice || this.#admitted.has(packet.storeId)) return;
    const claim = `server ${from} claims a voice in ${packet.type} for store ${packet.storeId}`;
    throw new Violation("AdmittedVoice", `${claim}, which is not admitted`);
  }

  #held(server: ServerId, image: Image, admission: Proposal): void {
    const isFounding = admission.previous === ZXID_ZERO;
    if (!isFounding && membersBefore(image, admission)?.get(server) !== image.storeId) return;
    const holders = this.#holders.get(admission.last) ?? new Set();
    this.#holders.set(admission.last, holders.add(server));
    if (!isFounding && 2 * holders.size <= this.#voters) return;
    for (const store of decodeMembers(admission.payload).values()) this.#admitted.add(store);
  }
}

/** Whom the history on this disk admits before that admission. */
function membersBefore(image: Image, admission: Proposal): Members | undefined {
  const before = image.log.findLast(
    ({ kind, last }) => kind === "admission" && last < admission.first,
  );
  if (before !== undefined) return decodeMembers(before.payload);
  return image.snapshots.findLast(({ zxid }) => zxid < admission.first)?.members;
}
