/** What the storage thread does unasked. It sleeps where no timer wakes it, so it asks when. */
export interface Chore {
  /** A moment of this thread's `performance.now()`; infinite while there is nothing to do. */
  readonly dueMs: number;
  run(): void;
  stop(): void;
}
