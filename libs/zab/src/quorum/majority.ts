import type { ServerId } from "../ids.ts";
import { invariant } from "../invariant.ts";
import type { QuorumSystem } from "./quorum-system.ts";

/** More than half of the voters, each counting once. */
export class Majority implements QuorumSystem {
  readonly voters: readonly ServerId[];
  readonly #size: number;
  readonly #scratch: Float64Array;

  constructor(voters: readonly ServerId[]) {
    invariant(voters.length > 0, "a quorum system has voters");
    this.voters = voters;
    this.#size = Math.floor(voters.length / 2) + 1;
    this.#scratch = new Float64Array(voters.length);
  }

  contains(has: (voter: ServerId) => boolean): boolean {
    let count = 0;
    for (const voter of this.voters) if (has(voter)) count++;
    return count >= this.#size;
  }

  /** The value in the middle, once they stand in order: insertion into a scratch array, no allocation. */
  watermark(reachedBy: (voter: ServerId) => number): number {
    const sorted = this.#scratch;
    let filled = 0;
    for (const voter of this.voters) {
      const value = reachedBy(voter);
      let place = filled++;
      while (place > 0 && (sorted[place - 1] ?? 0) < value) {
        sorted[place] = sorted[place - 1] ?? 0;
        place--;
      }
      sorted[place] = value;
    }
    return sorted[this.#size - 1] ?? 0;
  }
}
