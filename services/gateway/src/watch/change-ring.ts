import type { Acl, ChangeType, ReadonlyZnode, TxnStamp } from "@meerkat/tree";
import { compareEventIds, END_OF_TXN, type EventId } from "@meerkat/watch-events";
import { type Change, ChangeSlots } from "./change-slots.ts";
import type { Frames } from "./frames.ts";

export interface ChangeRingLimits {
  readonly changesMax: number;
  /** Of paths and data, and of what was encoded for subscribers. */
  readonly bytesMax: number;
}

/**
 * The latest changes of this gateway's tree, in order. Every change is written here, whether anybody
 * listens or not, so that whoever comes back finds what he missed.
 *
 * What a batch of txns wrote is to be seen only once `settle` says that the batch was sound.
 *
 * Invariant: start <= end <= #written, and every change behind `floor` up to `position` has a number
 * in [start, end).
 */
export class ChangeRing {
  readonly #slots: ChangeSlots;
  readonly #mask: number;
  readonly #bytesMax: number;
  #bytes = 0;
  #start = 0;
  #end = 0;
  #written = 0;
  /** Of the change written last. */
  #zxid = 0;
  #index = 0;
  #floorZxid = 0;
  #floorIndex = END_OF_TXN;
  /** A tree from a snapshot is a mixture up to here: what a replay changes is not what happened. */
  #trueAfter = 0;
  #position = 0;

  constructor({ changesMax, bytesMax }: ChangeRingLimits) {
    const count = 2 ** Math.ceil(Math.log2(changesMax));
    this.#slots = new ChangeSlots(count);
    this.#mask = count - 1;
    this.#bytesMax = bytesMax;
  }

  /** Number of the oldest change that is kept. They are numbered as they come. */
  get start(): number {
    return this.#start;
  }

  /** Number behind the newest change that may be told. */
  get end(): number {
    return this.#end;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Everything up to this zxid is applied and sound. */
  get position(): number {
    return this.#position;
  }

  /** Every change behind this one, up to `position`, is kept. */
  get floor(): EventId {
    return { zxid: this.#floorZxid, index: this.#floorIndex };
  }

  covers(id: EventId): boolean {
    return compareEventIds(id, this.floor) >= 0;
  }

  append(type: ChangeType, path: string, node: ReadonlyZnode, txn: TxnStamp): void {
    if (txn.zxid <= this.#trueAfter) return;
    if (this.#written - this.#start > this.#mask) this.#evict();
    this.#index = txn.zxid === this.#zxid ? this.#index + 1 : 0;
    this.#zxid = txn.zxid;
    const slot = this.#written & this.#mask;
    this.#written += 1;
    this.#bytes += this.#slots.put(slot, type, path, node, txn, this.#index);
    if (this.#bytes > this.#bytesMax) this.#evictDownTo(this.#bytesMax);
  }

  /** What was written is true; it belongs to the state at `zxid`. */
  settle(zxid: number): void {
    this.#position = zxid;
    this.#end = this.#written;
  }

  /** Another tree has taken the place of this one; what it does behind `zxid` is what happens. */
  reset(zxid: number): void {
    while (this.#start < this.#written) this.#drop();
    this.#end = this.#start;
    this.#zxid = 0;
    this.#floorZxid = zxid;
    this.#floorIndex = END_OF_TXN;
    this.#trueAfter = zxid;
    this.#position = 0;
  }

  /** Number of the first change behind `id`, or `end`. */
  firstAfter(id: EventId): number {
    let [low, high] = [this.#start, this.#end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (compareEventIds(this.idAt(middle), id) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Here and below, `number` stands in [start, end). */
  idAt(number: number): EventId {
    return this.#slots.idAt(number & this.#mask);
  }

  pathAt(number: number): string {
    return this.#slots.pathAt(number & this.#mask);
  }

  at(number: number): Change {
    return this.#slots.changeAt(number & this.#mask);
  }

  aclAt(number: number): readonly Acl[] {
    return this.#slots.aclAt(number & this.#mask);
  }

  framesAt(number: number): Frames {
    return this.#slots.framesAt(number & this.#mask);
  }

  /** The change takes so many bytes more, until it is forgotten. */
  charge(number: number, bytes: number): void {
    this.#slots.charge(number & this.#mask, bytes);
    this.#bytes += bytes;
    this.#evictDownTo(this.#bytesMax);
  }

  #evictDownTo(bytesMax: number): void {
    while (this.#bytes > bytesMax && this.#start < this.#written) this.#evict();
  }

  #evict(): void {
    const slot = this.#start & this.#mask;
    this.#floorZxid = this.#slots.zxidAt(slot);
    this.#floorIndex = this.#slots.indexAt(slot);
    this.#drop();
    if (this.#end < this.#start) this.#end = this.#start;
  }

  #drop(): void {
    this.#bytes -= this.#slots.clear(this.#start & this.#mask);
    this.#start += 1;
  }
}
