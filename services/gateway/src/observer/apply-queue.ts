import type { Proposal } from "@meerkat/zab";
import { Deque } from "./deque.ts";

export interface ApplyQueueOptions {
  /** How long one slice may hold the event loop. A single proposal is never cut. */
  readonly sliceMs: number;
  readonly nowMs: () => number;
  /** Runs `action` in a later turn of the event loop, after what arrived meanwhile. */
  readonly later: (action: () => void) => void;
  readonly apply: (proposal: Proposal) => void;
  /** Everything is applied. */
  readonly onDrained: () => void;
}

/**
 * Committed proposals on their way into the tree, in slices: a gateway that catches up on a long
 * history still answers its clients and hears its leader meanwhile.
 */
export class ApplyQueue {
  readonly #options: ApplyQueueOptions;
  readonly #proposals = new Deque<Proposal>();
  #bytes = 0;
  #isSliceDue = false;

  constructor(options: ApplyQueueOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#proposals.size === 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Applies at once if nothing is before it and the slice has time left, otherwise later. */
  push(proposals: readonly Proposal[]): void {
    for (const proposal of proposals) {
      this.#proposals.push(proposal);
      this.#bytes += proposal.payload.length;
    }
    if (!this.#isSliceDue) this.#runSlice();
  }

  /** Forgets what is not applied yet: something newer takes its place. */
  clear(): void {
    this.#proposals.clear();
    this.#bytes = 0;
  }

  #runSlice(): void {
    const { nowMs, sliceMs, apply } = this.#options;
    const end = nowMs() + sliceMs;
    for (let next = this.#proposals.shift(); next !== undefined; next = this.#proposals.shift()) {
      this.#bytes -= next.payload.length;
      apply(next);
      if (nowMs() >= end) break;
    }
    if (this.isEmpty) {
      this.#options.onDrained();
      return;
    }
    this.#isSliceDue = true;
    this.#options.later(this.#onSlice);
  }

  readonly #onSlice = (): void => {
    this.#isSliceDue = false;
    this.#runSlice();
  };
}
