import type { Proposal } from "../proposal.ts";
import { EPOCH_ZERO, type Epoch, ZXID_ZERO, type Zxid } from "../zxid.ts";

/**
 * Proposals that a learner hears while it is still receiving older ones: a run without a hole, of
 * one epoch. It is bounded; what does not fit is asked for again like anything lost.
 */
export class ProposalBuffer {
  readonly #bytesMax: number;
  #epoch: Epoch = EPOCH_ZERO;
  #run: Proposal[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(epoch: Epoch, proposal: Proposal): void {
    if (epoch < this.#epoch) return;
    const end = epoch === this.#epoch ? this.#run[this.#run.length - 1]?.last : undefined;
    if (end !== undefined && proposal.last <= end) return;
    if (proposal.previous !== end) this.clear();
    this.#epoch = epoch;
    if (this.#bytes + proposal.payload.length > this.#bytesMax) {
      this.clear();
      return;
    }
    this.#run.push(proposal);
    this.#bytes += proposal.payload.length;
  }

  /** What follows `after` directly; it is no longer kept. Empty while something between is missing. */
  take(epoch: Epoch, after: Zxid): readonly Proposal[] {
    if (epoch !== this.#epoch) return [];
    if ((this.#run[this.#run.length - 1]?.last ?? ZXID_ZERO) <= after) {
      this.clear();
      return [];
    }
    const start = this.#run.findIndex((proposal) => proposal.previous === after);
    if (start < 0) return [];
    const taken = this.#run.slice(start);
    this.clear();
    return taken;
  }

  clear(): void {
    this.#run = [];
    this.#bytes = 0;
  }
}
