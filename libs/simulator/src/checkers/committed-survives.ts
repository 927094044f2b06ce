import {
  type Epoch,
  epochOf,
  formatZxid,
  type Incarnation,
  type PeerStatus,
  type ServerId,
} from "@meerkat/zab";
import { type Image, indexAfter, lastZxidOf } from "../image.ts";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";
import { describeProposal, isSameProposal, type Ledger } from "./ledger.ts";

/**
 * CommittedSurvives: what was delivered anywhere (so certainly what a client was told) stands in
 * the history of the leader of every later epoch, on its disk, when that epoch is established.
 */
export class CommittedSurvives implements Checker {
  readonly #ledger: Ledger;
  #newest: Epoch | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  established(server: ServerId, _run: Incarnation, status: PeerStatus, image: Image): void {
    if (this.#newest !== undefined && status.epoch <= this.#newest) return;
    this.#newest = status.epoch;
    const { last } = this.#ledger;
    if (last === undefined || epochOf(last.first) >= status.epoch) return;
    if (last.last <= (image.snapshots.at(-1)?.zxid ?? 0)) return;
    const held = image.log[indexAfter(image.log, last.previous)];
    if (held !== undefined && isSameProposal(held, last)) return;
    const end = formatZxid(lastZxidOf(image));
    const claim = `server ${server} establishes epoch ${status.epoch} with a history up to ${end}`;
    throw new Violation("CommittedSurvives", `${claim}, without ${describeProposal(last)}`);
  }
}
