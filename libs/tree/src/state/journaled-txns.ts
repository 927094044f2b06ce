import { invariant } from "../invariant.ts";

/** Numbers of one txn: its zxid, how many changes it made, and how far tree and idempotency table were before. */
const WIDTH = 4;
const TXNS_MIN = 1024;

/** A txn as it leaves at the end. */
export interface JournaledTxn {
  readonly undoCount: number;
  readonly lastZxid: number;
  readonly appliedZxid: number;
}

/**
 * The txns that are prepared and not committed, in order: they come at the end, and leave at the front
 * when they are committed, at the end when they are rolled back. A ring of numbers that grows by
 * doubling, since an object for each txn would outlive the garbage collector's next round.
 */
export class JournaledTxns {
  #numbers = new Float64Array(TXNS_MIN * WIDTH);
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get firstZxid(): number {
    return this.#numberAt(0, 0);
  }

  get lastZxid(): number {
    return this.#numberAt(this.#length - 1, 0);
  }

  push(zxid: number, undoCount: number, lastZxid: number, appliedZxid: number): void {
    if (this.#length * WIDTH === this.#numbers.length) this.#grow();
    const at = this.#indexOf(this.#length);
    this.#length += 1;
    const numbers = this.#numbers;
    numbers[at] = zxid;
    numbers[at + 1] = undoCount;
    numbers[at + 2] = lastZxid;
    numbers[at + 3] = appliedZxid;
  }

  /** The first one is committed. Returns how many changes it made. */
  shift(): number {
    const undoCount = this.#numberAt(0, 1);
    this.#first = this.#indexOf(1);
    this.#length -= 1;
    return undoCount;
  }

  /** The last one is taken back. */
  pop(): JournaledTxn {
    const last = this.#length - 1;
    const undoCount = this.#numberAt(last, 1);
    const lastZxid = this.#numberAt(last, 2);
    const appliedZxid = this.#numberAt(last, 3);
    this.#length = last;
    return { undoCount, lastZxid, appliedZxid };
  }

  #numberAt(txn: number, field: number): number {
    const number = this.#numbers[this.#indexOf(txn) + field];
    invariant(txn >= 0 && txn < this.#length && number !== undefined, "no txn in the journal", txn);
    return number;
  }

  /** Of the first number of the txn that is `txn` places behind the first one. */
  #indexOf(txn: number): number {
    return (this.#first + txn * WIDTH) & (this.#numbers.length - 1);
  }

  #grow(): void {
    const numbers = new Float64Array(this.#numbers.length * 2);
    numbers.set(this.#numbers.subarray(this.#first));
    numbers.set(this.#numbers.subarray(0, this.#first), this.#numbers.length - this.#first);
    this.#numbers = numbers;
    this.#first = 0;
  }
}
