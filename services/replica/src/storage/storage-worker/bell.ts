const RINGS = 0;

/**
 * Wakes the storage thread. To wait on shared memory costs both threads about half of what a message
 * to an event loop does, but whoever waits so hears nothing else: timers have to become a time-out.
 */
export class Bell {
  readonly #rings: Int32Array<SharedArrayBuffer>;
  #heard = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#rings = new Int32Array(memory);
  }

  static newMemory(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  ring(): void {
    Atomics.add(this.#rings, RINGS, 1);
    Atomics.notify(this.#rings, RINGS);
  }

  /** Returns after `timeoutMs`, or earlier when it was rung since it last returned. */
  wait(timeoutMs: number): void {
    Atomics.wait(this.#rings, RINGS, this.#heard, timeoutMs);
    this.#heard = Atomics.load(this.#rings, RINGS);
  }
}
