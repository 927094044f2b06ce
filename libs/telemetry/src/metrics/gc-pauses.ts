import { constants, type PerformanceEntry, PerformanceObserver } from "node:perf_hooks";
import { Histogram } from "./histogram.ts";
import type { LabelledHistogram } from "./metric.ts";

const MS_PER_S = 1_000;
const SECONDS: readonly number[] = [0.001, 0.01, 0.1, 1, 2, 5];

const KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);

/** As entries of the type `gc` are. */
interface GcEntry extends PerformanceEntry {
  readonly detail: { readonly kind: number };
}

/** How long the garbage collector held the process, by kind, since somebody first wanted to know. */
export class GcPauses {
  readonly histograms: readonly LabelledHistogram[];
  readonly #ofKind = new Map<number, Histogram>();

  constructor() {
    this.histograms = [...KINDS].map(([kind, name]) => {
      const histogram = new Histogram(SECONDS);
      this.#ofKind.set(kind, histogram);
      return { labels: { kind: name }, histogram };
    });
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#take(entry);
    });
    observer.observe({ entryTypes: ["gc"] });
  }

  #take(entry: PerformanceEntry): void {
    const { detail, duration } = entry as GcEntry;
    this.#ofKind.get(detail.kind)?.add(duration / MS_PER_S);
  }
}
