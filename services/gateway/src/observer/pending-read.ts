import type { DataTree } from "@meerkat/tree";
import type { SessionLine } from "./session-line.ts";

/**
 * A read that could not run at once. It runs when nothing holds it any more: no earlier write of
 * its session is unanswered, its barrier was confirmed, and the zxid it asks for is applied.
 */
export class PendingRead {
  readonly kind = "read";
  readonly line: SessionLine;
  readonly arrivedAtMs: number;
  /** Later requests of its session wait for it, because it may run long after it was placed. */
  readonly holdsLine: boolean;
  /** It was asked for as such. */
  readonly isLinearizable: boolean;
  needsBarrier: boolean;
  /** Lowest zxid that must be applied before it runs. */
  notBefore: number;
  /** Its turn in the session's line has come. */
  isPlaced = false;
  /** An earlier write of its session is under way. */
  isBehindWrite = false;
  /** Its caller has been told something, or will be with `settle`. */
  isOver = false;
  readonly #look: (tree: DataTree) => unknown;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #value: unknown = undefined;
  #error: { readonly thrown: unknown } | undefined = undefined;

  constructor(
    place: {
      readonly line: SessionLine;
      readonly arrivedAtMs: number;
      readonly needsBarrier: boolean;
      readonly notBefore: number;
      readonly holdsLine: boolean;
    },
    look: (tree: DataTree) => unknown,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.line = place.line;
    this.arrivedAtMs = place.arrivedAtMs;
    this.holdsLine = place.holdsLine;
    this.isLinearizable = place.needsBarrier;
    this.needsBarrier = place.needsBarrier;
    this.notBefore = place.notBefore;
    this.#look = look;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Looks now; the caller hears of it with `settle`. */
  run(tree: DataTree): void {
    this.isOver = true;
    try {
      this.#value = this.#look(tree);
    } catch (thrown) {
      this.#error = { thrown };
    }
  }

  settle(): void {
    if (this.#error !== undefined) this.#reject(this.#error.thrown);
    else this.#resolve(this.#value);
  }

  fail(error: Error): void {
    this.isOver = true;
    this.#reject(error);
  }
}
