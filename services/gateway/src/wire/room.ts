/** Whoever waits until there is room again. */
export interface Waiting {
  onRoom(): void;
}

/**
 * Bounds the unanswered writes of all connections. Who finds no room is not read until there is
 * some; then those who wait are asked again in the order in which they came.
 */
export class Room {
  readonly #countMax: number;
  readonly #bytesMax: number;
  #count = 0;
  #bytes = 0;
  readonly #waiting = new Set<Waiting>();
  #isScheduled = false;

  constructor(countMax: number, bytesMax: number) {
    this.#countMax = countMax;
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= this.#countMax || this.#bytes >= this.#bytesMax;
  }

  take(bytes: number): void {
    this.#count += 1;
    this.#bytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
    if (this.#waiting.size === 0 || this.#isScheduled || this.isFull) return;
    this.#isScheduled = true;
    setImmediate(this.#letIn);
  }

  wait(who: Waiting): void {
    this.#waiting.add(who);
  }

  forget(who: Waiting): void {
    this.#waiting.delete(who);
  }

  readonly #letIn = (): void => {
    this.#isScheduled = false;
    // Who finds too little room waits again, behind all others.
    for (const who of this.#waiting) {
      if (this.isFull) return;
      this.#waiting.delete(who);
      who.onRoom();
    }
  };
}
