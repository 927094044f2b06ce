import { type ApplySink, DataTree, type DataTreeOptions, type Origin } from "@meerkat/tree";
import type { Proposal } from "@meerkat/zab";
import { batchOf } from "../batch.ts";

/** The committed history applied once and in order, with the answer that each request deserves. */
export class ReferenceTree {
  readonly #tree: DataTree;
  readonly #answers = new Map<string, string>();
  #origin: Origin = { gateway: 0, number: 0 };
  readonly #sink: ApplySink = {
    wantsResult: (gateway) => gateway !== 0,
    onResult: (number, result) => {
      this.#answers.set(`${this.#origin.gateway}.${number}`, JSON.stringify(result));
    },
    onEvent: () => undefined,
    onSessionClosed: () => undefined,
    onSessionAttached: () => undefined,
  };

  constructor(options: Partial<DataTreeOptions>) {
    this.#tree = new DataTree(options);
  }

  get digest(): string {
    return this.#tree.digestHex;
  }

  /** Returns the digest that the batch itself states; an admission leaves the tree as it is. */
  apply(proposal: Proposal): string | undefined {
    if (proposal.kind !== "txns") return this.digest;
    const { txns, digest } = batchOf(proposal);
    let zxid: number = proposal.first;
    for (const txn of txns) {
      this.#origin = txn.origin;
      this.#tree.apply(txn, zxid++, this.#sink);
    }
    return digest;
  }

  /** Each request is answered once. */
  takeAnswer(gateway: number, number: number): string | undefined {
    const name = `${gateway}.${number}`;
    const answer = this.#answers.get(name);
    this.#answers.delete(name);
    return answer;
  }
}
