import { type DataTree, type Operation, reapCandidates } from "@meerkat/tree";

const CANDIDATES_MAX = 1_000;

/** Every so often the leader removes containers that have become empty and TTL nodes that are old. */
export class ReaperTicker {
  readonly #intervalTicks: number;
  #ticks = 0;

  constructor(intervalMs: number, tickTimeMs: number) {
    this.#intervalTicks = Math.max(1, Math.round(intervalMs / tickTimeMs));
  }

  /** One tick has passed: the requests for what is due. The txn decides again whether it goes. */
  tick(tree: DataTree, nowMs: number): readonly Operation[] {
    this.#ticks += 1;
    if (this.#ticks % this.#intervalTicks !== 0) return [];
    const paths = reapCandidates(tree, nowMs, CANDIDATES_MAX);
    return paths.map((path) => ({ type: "deleteContainer", path }));
  }
}
