/**
 * First in, first out, as a ring in one array: no node object per item, nothing is moved when the
 * front is taken, and what was taken is not kept alive.
 */
export class Deque<T> {
  #ring: (T | undefined)[] = new Array(CAPACITY_MIN);
  #front = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#size === this.#ring.length) this.#resize(this.#ring.length * 2);
    this.#ring[(this.#front + this.#size) & (this.#ring.length - 1)] = item;
    this.#size += 1;
  }

  first(): T | undefined {
    return this.at(0);
  }

  /** The item `index` places behind the front. */
  at(index: number): T | undefined {
    if (index < 0 || index >= this.#size) return undefined;
    return this.#ring[(this.#front + index) & (this.#ring.length - 1)];
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#ring[this.#front];
    this.#ring[this.#front] = undefined;
    this.#front = (this.#front + 1) & (this.#ring.length - 1);
    this.#size -= 1;
    if (this.#size === 0 && this.#ring.length > CAPACITY_KEPT) this.clear();
    return item;
  }

  /** Takes out every item that `isGone` names and keeps the order of the others. */
  removeWhere(isGone: (item: T) => boolean): T[] {
    const gone: T[] = [];
    for (let left = this.#size; left > 0; left -= 1) {
      const item = this.shift() as T;
      if (isGone(item)) gone.push(item);
      else this.push(item);
    }
    return gone;
  }

  clear(): void {
    this.#ring = new Array(CAPACITY_MIN);
    this.#front = 0;
    this.#size = 0;
  }

  /** The capacity stays a power of two, so that a mask finds the place. */
  #resize(capacity: number): void {
    const ring: (T | undefined)[] = new Array(capacity);
    for (let index = 0; index < this.#size; index += 1) ring[index] = this.at(index);
    this.#ring = ring;
    this.#front = 0;
  }
}

const CAPACITY_MIN = 4;
/** A ring that grew for a burst is given back when it is empty. */
const CAPACITY_KEPT = 4096;
