import { DataTree } from "@meerkat/tree";
import { formatZxid, type Proposal, type ServerId, type Zxid } from "@meerkat/zab";
import { applyBatch, batchOf } from "../batch.ts";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";
import { describeProposal, type Ledger } from "./ledger.ts";
import { describeDifference, expectedTree } from "./tree-difference.ts";

/**
 * TreeDigest: trees that have applied the same zxid are equal. The tree they are all held against
 * applies the committed history once, without snapshots, rollbacks or restarts.
 */
export class TreeDigest implements Checker {
  readonly #ledger: Ledger;
  readonly #tree = new DataTree();
  readonly #digests = new Map<Zxid, string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  committed(proposal: Proposal): void {
    if (proposal.kind === "txns") this.#apply(proposal);
    this.#digests.set(proposal.last, this.#tree.digestHex);
  }

  #apply(proposal: Proposal): void {
    applyBatch(this.#tree, proposal);
    const { digest } = batchOf(proposal);
    if (digest === this.#tree.digestHex) return;
    const claim = `batch ${describeProposal(proposal)} was prepared on a tree of digest ${digest}`;
    throw new Violation("TreeDigest", `${claim} instead of ${this.#tree.digestHex}`);
  }

  applied(server: ServerId, zxid: Zxid, tree: DataTree): void {
    const expected = this.#digests.get(zxid);
    if (expected === undefined || expected === tree.digestHex) return;
    const claim = `the tree of server ${server} at ${formatZxid(zxid)} is another`;
    const difference = describeDifference(tree, expectedTree(this.#ledger, zxid));
    throw new Violation("TreeDigest", `${claim}\n${difference}`);
  }
}
