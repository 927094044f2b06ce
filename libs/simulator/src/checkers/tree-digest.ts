import type { DataTree, DataTreeOptions } from "@meerkat/tree";
import { formatZxid, type Proposal, type ServerId, type Zxid } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Answer, Checker } from "./checker.ts";
import { describeProposal, type Ledger } from "./ledger.ts";
import { ReferenceTree } from "./reference-tree.ts";
import { describeDifference, expectedTree } from "./tree-difference.ts";

/**
 * TreeDigest: trees that have applied the same zxid are equal, and a client is told what its
 * transaction did at its place in the order. The tree they are all held against applies the
 * committed history once, without snapshots, rollbacks or restarts.
 */
export class TreeDigest implements Checker {
  readonly #ledger: Ledger;
  readonly #reference: ReferenceTree;
  readonly #options: Partial<DataTreeOptions>;
  readonly #digests = new Map<Zxid, string>();

  constructor(ledger: Ledger, options: Partial<DataTreeOptions>) {
    this.#ledger = ledger;
    this.#options = options;
    this.#reference = new ReferenceTree(options);
  }

  committed(proposal: Proposal): void {
    const digest = this.#reference.apply(proposal);
    if (digest !== this.#reference.digest) {
      const claim = `the tree for ${describeProposal(proposal)} had digest ${digest}`;
      throw new Violation("TreeDigest", `${claim} instead of ${this.#reference.digest}`);
    }
    this.#digests.set(proposal.last, digest);
  }

  applied(server: ServerId, zxid: Zxid, tree: DataTree): void {
    const expected = this.#digests.get(zxid);
    if (expected === undefined || expected === tree.digestHex) return;
    const claim = `the tree of server ${server} at ${formatZxid(zxid)} is another`;
    const difference = describeDifference(tree, expectedTree(this.#ledger, zxid, this.#options));
    throw new Violation("TreeDigest", `${claim}\n${difference}`);
  }

  answered({ gateway, number, result }: Answer): void {
    const expected = this.#reference.takeAnswer(gateway, number);
    const found = JSON.stringify(result);
    if (expected === found) return;
    const claim = `request ${gateway}.${number} was answered with ${found}`;
    throw new Violation("TreeDigest", `${claim} instead of ${expected ?? "nothing"}`);
  }
}
