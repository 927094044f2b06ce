import type { Proposal } from "@meerkat/zab";
import { Deque } from "../deque.ts";

export interface ApplyQueueOptions {
  /** How long applying may hold one turn of the event loop. A single proposal is never cut. */
  readonly sliceMs: number;
  readonly nowMs: () => number;
  /** Runs `action` in the next turn of the event loop, after what arrived meanwhile. */
  readonly later: (action: () => void) => void;
  /** `nowMs` is when it began. */
  readonly apply: (proposal: Proposal, nowMs: number) => void;
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
  /** When this turn's time is over; undefined before anything was applied in it. */
  #turnEndsMs: number | undefined = undefined;

  constructor(options: ApplyQueueOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#proposals.size === 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Applies as much as this turn has time for, the rest later. */
  push(proposals: readonly Proposal[]): void {
    for (const proposal of proposals) {
      this.#proposals.push(proposal);
      this.#bytes += proposal.payload.length;
    }
    this.#run();
  }

  /** Forgets what is not applied yet: something newer takes its place. */
  clear(): void {
    this.#proposals.clear();
    this.#bytes = 0;
  }

  #run(): void {
    const { nowMs, apply, onDrained } = this.#options;
    const turnEndsMs = this.#turnEndsMs ?? this.#beginTurn();
    for (let now = nowMs(); now < turnEndsMs; now = nowMs()) {
      const next = this.#proposals.shift();
      if (next === undefined) break;
      this.#bytes -= next.payload.length;
      apply(next, now);
    }
    if (this.isEmpty) onDrained();
  }

  #beginTurn(): number {
    const { nowMs, sliceMs, later } = this.#options;
    const endsMs = nowMs() + sliceMs;
    this.#turnEndsMs = endsMs;
    later(this.#onNextTurn);
    return endsMs;
  }

  readonly #onNextTurn = (): void => {
    this.#turnEndsMs = undefined;
    if (!this.isEmpty) this.#run();
  };
}
