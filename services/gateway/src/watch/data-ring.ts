const CAPACITY_BYTES_MIN = 64 * 1024;

/**
 * Data of znodes in the order in which they came, which is the order in which they leave. It holds bytes outside
 * of the heap: as strings the data of many changes would all live long enough for the garbage collector
 * to copy them twice, and to look for them later among everything that is old.
 *
 * Positions are counted from the beginning of time, and none lies across a multiple of the capacity. That grows by
 * doubling, so what holds for it then held for half of it.
 */
export class DataRing {
  #bytes = Buffer.allocUnsafeSlow(CAPACITY_BYTES_MIN);
  #start = 0;
  #end = 0;

  /** Keeps data of one character per byte; returns their position. */
  push(data: string): number {
    const position = this.#roomFor(data.length);
    this.#bytes.write(data, offsetIn(this.#bytes, position), "latin1");
    this.#end = position + data.length;
    return position;
  }

  /** What was pushed at this position, so many bytes. */
  at(position: number, length: number): string {
    const offset = offsetIn(this.#bytes, position);
    return this.#bytes.toString("latin1", offset, offset + length);
  }

  /** Everything before this position may go. */
  dropUpTo(position: number): void {
    this.#start = position;
  }

  #roomFor(length: number): number {
    const capacity = this.#bytes.length;
    const left = capacity - offsetIn(this.#bytes, this.#end);
    const position = length <= left ? this.#end : this.#end + left;
    if (position + length - this.#start <= capacity) return position;
    this.#grow();
    return this.#roomFor(length);
  }

  #grow(): void {
    const before = this.#bytes;
    this.#bytes = Buffer.allocUnsafeSlow(before.length * 2);
    let next = this.#start;
    while (next < this.#end) {
      const from = offsetIn(before, next);
      const count = Math.min(before.length - from, this.#end - next);
      before.copy(this.#bytes, offsetIn(this.#bytes, next), from, from + count);
      next += count;
    }
  }
}

function offsetIn({ length }: Buffer, position: number): number {
  return position - Math.floor(position / length) * length;
}
