import type { PendingRead } from "./pending-read.ts";

/** Reads that wait until a zxid is applied here, lowest zxid first. */
export class AppliedWaiters {
  /** Ascending by `notBefore`; equal ones in the order of arrival. */
  #waiters: PendingRead[] = [];

  get size(): number {
    return this.#waiters.length;
  }

  add(read: PendingRead): void {
    let low = 0;
    let high = this.#waiters.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const waiter = this.#waiters[middle];
      if (waiter !== undefined && waiter.notBefore <= read.notBefore) low = middle + 1;
      else high = middle;
    }
    this.#waiters.splice(low, 0, read);
  }

  /** Takes out the reads whose zxid is at most `position`. */
  take(position: number): PendingRead[] {
    let count = 0;
    for (const read of this.#waiters) {
      if (read.notBefore > position) break;
      count += 1;
    }
    return count === 0 ? [] : this.#waiters.splice(0, count);
  }

  /** Forgets reads whose callers have been told that it took too long. */
  dropOver(): void {
    if (this.#waiters.some(isOver)) this.#waiters = this.#waiters.filter((read) => !read.isOver);
  }
}

function isOver(read: PendingRead): boolean {
  return read.isOver;
}
