import { formatZxid, type Persist, type Proposal, type ServerId, type Zxid } from "@meerkat/zab";
import { type Image, indexAfter, lastZxidOf } from "../image.ts";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";
import { describeProposal, isSameProposal, type Ledger } from "./ledger.ts";

/**
 * PrefixConsistency (Zab.tla): what two servers know to be committed, one has as a prefix of the
 * other. Here every disk is held against the one committed history, as far as both go.
 */
export class PrefixConsistency implements Checker {
  readonly #ledger: Ledger;
  /** Per server: how many proposals of the ledger its log was compared with. */
  readonly #compared = new Map<ServerId, number>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  restored(server: ServerId, _zxid: Zxid): void {
    this.#compared.delete(server);
  }

  durable(server: ServerId, image: Image, _persist: Persist): void {
    if (lastZxidOf(image) < image.committed) {
      const claim = `server ${server} knows ${formatZxid(image.committed)} to be committed`;
      throw new Violation(
        "PrefixConsistency",
        `${claim}, but its history ends with ${formatZxid(lastZxidOf(image))}`,
      );
    }
    const { proposals } = this.#ledger;
    let compared = this.#compared.get(server) ?? 0;
    for (; compared < proposals.length; compared++) {
      const expected = proposals[compared] as Proposal;
      if (expected.last > image.committed) break;
      this.#compare(server, image, expected);
    }
    this.#compared.set(server, compared);
  }

  #compare(server: ServerId, image: Image, expected: Proposal): void {
    const snapshotZxid = image.snapshots.at(-1)?.zxid ?? 0;
    if (expected.last <= snapshotZxid || expected.last <= image.logStart) return;
    const held = image.log[indexAfter(image.log, expected.previous)];
    if (held !== undefined && isSameProposal(held, expected)) return;
    const found = held === undefined ? "nothing" : describeProposal(held);
    throw new Violation(
      "PrefixConsistency",
      `server ${server} has ${found} on disk where ${describeProposal(expected)} is committed`,
    );
  }
}
