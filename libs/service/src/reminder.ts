const FIRST_MS: readonly number[] = [1_000, 10_000, 60_000];
const AGAIN_MS = 600_000;

/** When what lasts is told again: after a second, ten, a minute, and then every ten minutes. */
export class Reminder {
  #told = 0;

  /** To be called now and then with how long it has lasted: true when it is time for a line. */
  isDue(lastsMs: number): boolean {
    if (lastsMs < this.#nextMs) return false;
    while (lastsMs >= this.#nextMs) this.#told += 1;
    return true;
  }

  /** It is over; the next one begins anew. */
  reset(): void {
    this.#told = 0;
  }

  get #nextMs(): number {
    const last = FIRST_MS.length - 1;
    return FIRST_MS[this.#told] ?? (FIRST_MS[last] ?? 0) + (this.#told - last) * AGAIN_MS;
  }
}
