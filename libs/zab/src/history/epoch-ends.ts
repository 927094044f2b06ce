import { invariant } from "../invariant.ts";
import { epochOf, type Zxid } from "../zxid.ts";

/** How many a packet carries. */
export const EPOCH_ENDS_MAX = 64;

/**
 * The last zxid of each epoch of a history, ascending, after a committed base (the point where the
 * log starts). Two servers that both hold a transaction of one epoch agree on everything before
 * it, so these few numbers are enough to find where two histories part.
 */
export class EpochEnds {
  #ends: Zxid[];

  constructor(base: Zxid, ends: readonly Zxid[]) {
    this.#ends = [base];
    for (const end of ends) if (end > base) this.extend(end);
  }

  get last(): Zxid {
    return this.#ends[this.#ends.length - 1] as Zxid;
  }

  get all(): readonly Zxid[] {
    return this.#ends;
  }

  /** For a packet: the base and the newest ones, ascending, at most `EPOCH_ENDS_MAX`. */
  outline(): readonly Zxid[] {
    if (this.#ends.length <= EPOCH_ENDS_MAX) return [...this.#ends];
    return [this.#ends[0] as Zxid, ...this.#ends.slice(1 - EPOCH_ENDS_MAX)];
  }

  /** The history now ends at `zxid`. The base stays, even when its own epoch goes on. */
  extend(zxid: Zxid): void {
    invariant(zxid > this.last, "a history grows upwards", zxid, this.last);
    const count = this.#ends.length;
    if (count > 1 && epochOf(this.last) === epochOf(zxid)) this.#ends[count - 1] = zxid;
    else this.#ends.push(zxid);
  }

  truncate(to: Zxid): void {
    invariant(to >= (this.#ends[0] as Zxid), "the base of a history stays", to);
    if (to >= this.last) return;
    while (this.#ends.length > 1 && this.last > to) this.#ends.pop();
    if (this.last < to) this.extend(to);
  }

  /** The log starts at `base` from now on. */
  rebase(base: Zxid): void {
    this.#ends = [base, ...this.#ends.filter((end) => end > base)];
  }

  /** Whether a batch that ends at `zxid` can belong to this history: its epoch is here and reaches so far. */
  covers(zxid: Zxid): boolean {
    const epoch = epochOf(zxid);
    for (let i = this.#ends.length - 1; i >= 0; i--) {
      const end = this.#ends[i] as Zxid;
      if (epochOf(end) === epoch) return zxid <= end;
    }
    return false;
  }
}
