/** Latencies in ms, as the four-letter words show them. */
export class Latency {
  last = 0;
  max = 0;
  #min = Number.POSITIVE_INFINITY;
  #sum = 0;
  #count = 0;

  add(ms: number): void {
    this.last = ms;
    this.#sum += ms;
    this.#count += 1;
    if (ms > this.max) this.max = ms;
    if (ms < this.#min) this.#min = ms;
  }

  get min(): number {
    return this.#count === 0 ? 0 : this.#min;
  }

  get average(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  reset(): void {
    this.last = 0;
    this.max = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#sum = 0;
    this.#count = 0;
  }
}
