import { invariant } from "../invariant.ts";
import type { Proposal } from "../proposal.ts";
import type { Zxid } from "../zxid.ts";

const COMPACT_AT = 1024;

/**
 * The newest part of the history, in memory: everything not delivered or not durable yet, and
 * behind it as many recent proposals as fit the bound, to serve learners that were away for a
 * moment. Contiguous: each proposal names the one before it, the first names `base`.
 */
export class ProposalWindow {
  #base: Zxid;
  #bytes = 0;
  #head = 0;
  /** Index of the first proposal not delivered. */
  #undelivered = 0;
  /** Undefined before `#head`: a batch may be half a megabyte, and the array is compacted seldom. */
  readonly #items: (Proposal | undefined)[] = [];

  constructor(base: Zxid) {
    this.#base = base;
  }

  /** The zxid that the first proposal here follows. */
  get base(): Zxid {
    return this.#base;
  }

  get last(): Zxid {
    return this.#items.length > this.#head ? this.#at(this.#items.length - 1).last : this.#base;
  }

  get bytes(): number {
    return this.#bytes;
  }

  append(proposal: Proposal): void {
    invariant(proposal.previous === this.last, "no hole", proposal.previous, this.last);
    invariant(proposal.first > proposal.previous, "zxids ascend", proposal.first);
    invariant(proposal.last >= proposal.first, "a batch is not empty", proposal.last);
    this.#items.push(proposal);
    this.#bytes += proposal.payload.length;
  }

  truncate(to: Zxid): void {
    invariant(to >= this.#base, "what is truncated is in memory", to, this.#base);
    while (this.last > to) {
      const gone = this.#items.pop();
      invariant(gone !== undefined && gone.previous >= to, "a batch is never split", to);
      this.#bytes -= gone.payload.length;
    }
    invariant(this.last === to, "the end of a truncated history is a batch's end", to, this.last);
    invariant(this.#undelivered <= this.#items.length, "delivered proposals stay", to);
  }

  /** Starts over after a snapshot. */
  reset(base: Zxid): void {
    this.#items.length = 0;
    this.#head = 0;
    this.#undelivered = 0;
    this.#bytes = 0;
    this.#base = base;
  }

  /** The end of the last batch that lies wholly at or before `zxid`; the base when there is none. */
  floor(zxid: Zxid): Zxid {
    if (zxid >= this.last) return this.last;
    const index = this.#indexAfter(zxid) - 1;
    return index >= this.#head ? this.#at(index).last : this.#base;
  }

  hasUndelivered(upTo: Zxid): boolean {
    const next = this.#items[this.#undelivered];
    return next !== undefined && next.last <= upTo;
  }

  /** Hands out the proposals up to `upTo` that were not handed out before. */
  deliver(upTo: Zxid): readonly Proposal[] {
    const start = this.#undelivered;
    while (this.hasUndelivered(upTo)) this.#undelivered++;
    return this.#slice(start, this.#undelivered);
  }

  /** Marks everything up to `zxid` as delivered by someone else (the replay at start). */
  skip(zxid: Zxid): void {
    while (this.hasUndelivered(zxid)) this.#undelivered++;
  }

  /**
   * What follows `after`, at most `bytesMax` of payload but at least one proposal. "older" when
   * memory does not reach back so far, "unknown" when `after` is no batch's end here.
   */
  after(after: Zxid, bytesMax: number): readonly Proposal[] | "older" | "unknown" {
    if (after < this.#base) return "older";
    const start = this.#indexAfter(after);
    const previous = start > this.#head ? this.#at(start - 1).last : this.#base;
    if (previous !== after) return "unknown";
    let end = start;
    let bytes = 0;
    while (end < this.#items.length) {
      bytes += this.#at(end).payload.length;
      if (bytes > bytesMax && end > start) break;
      end++;
    }
    return this.#slice(start, end);
  }

  /** Drops the oldest proposals beyond the bound, as far as they are delivered and at or before `durable`. */
  shrink(bytesMax: number, durable: Zxid): void {
    while (this.#bytes > bytesMax && this.#head < this.#undelivered) {
      const oldest = this.#at(this.#head);
      if (oldest.last > durable) break;
      this.#base = oldest.last;
      this.#bytes -= oldest.payload.length;
      this.#items[this.#head] = undefined;
      this.#head++;
    }
    if (this.#head >= COMPACT_AT && this.#head * 2 > this.#items.length) this.#compact();
  }

  #compact(): void {
    this.#items.splice(0, this.#head);
    this.#undelivered -= this.#head;
    this.#head = 0;
  }

  #slice(start: number, end: number): readonly Proposal[] {
    return this.#items.slice(start, end) as Proposal[];
  }

  #at(index: number): Proposal {
    return this.#items[index] as Proposal;
  }

  /** Index of the first proposal that ends after `zxid`. */
  #indexAfter(zxid: Zxid): number {
    let low = this.#head;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#at(middle).last <= zxid) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
