import type { Subscriber } from "./subscriber.ts";

/** How many parts the subscribers are in: a beat is one part's turn. */
const PARTS = 16;

/**
 * One timer for the heartbeats of all subscribers, who take turns, so that a beat of thousands does
 * not hold the event loop. Without subscribers there is no timer.
 */
export class Heartbeats {
  readonly #parts: readonly Set<Subscriber>[] = Array.from({ length: PARTS }, () => new Set());
  readonly #everyMs: number;
  readonly #beat: (subscriber: Subscriber) => void;
  #next = 0;
  #joined = 0;
  #count = 0;
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(everyMs: number, beat: (subscriber: Subscriber) => void) {
    this.#everyMs = everyMs;
    this.#beat = beat;
  }

  get count(): number {
    return this.#count;
  }

  add(subscriber: Subscriber): void {
    this.#joined += 1;
    this.#parts[this.#joined % PARTS]?.add(subscriber);
    this.#count += 1;
    this.#timer ??= setInterval(() => this.#tick(), Math.max(1, this.#everyMs / PARTS));
  }

  delete(subscriber: Subscriber): void {
    if (!this.#parts.some((part) => part.delete(subscriber))) return;
    this.#count -= 1;
    if (this.#count > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  *all(): IterableIterator<Subscriber> {
    for (const part of this.#parts) yield* part;
  }

  #tick(): void {
    this.#next = (this.#next + 1) % PARTS;
    for (const subscriber of this.#parts[this.#next] ?? []) this.#beat(subscriber);
  }
}
