import type { MemoryResult } from "./memory.ts";
import type { Summary } from "./summary.ts";
import { workloadOf } from "./workloads.ts";

/** Meerkat's figure over ZooKeeper's, and what is expected of it. */
export interface Verdict {
  readonly workload: string;
  readonly ratio: number;
  readonly expected: string;
  readonly isReached: boolean;
}

/** Undefined where only one of the two was measured. */
export function verdictOn(
  workload: string,
  meerkat: Summary | undefined,
  zookeeper: Summary | undefined,
): Verdict | undefined {
  if (meerkat === undefined || zookeeper === undefined) return undefined;
  const { expected } = workloadOf(workload);
  if (expected.of === "throughput") {
    const ratio = meerkat.perSecond / zookeeper.perSecond;
    const { atLeast } = expected;
    return {
      workload,
      ratio,
      expected: `speed at least ${atLeast} x`,
      isReached: ratio >= atLeast,
    };
  }
  const ratio = meerkat.p50Ms / zookeeper.p50Ms;
  const { atMost } = expected;
  return { workload, ratio, expected: `p50 at most ${atMost} x`, isReached: ratio <= atMost };
}

/** Meerkat's hungriest process beside ZooKeeper's. */
export function verdictOnMemory(
  workload: string,
  results: readonly MemoryResult[],
): Verdict | undefined {
  const most = (system: string): number | undefined => {
    const found = results.find((one) => one.system === system && one.workload.name === workload);
    return found === undefined ? undefined : Math.max(...Object.values(found.bytesEach));
  };
  const [meerkat, zookeeper] = [most("meerkat"), most("zookeeper")];
  if (meerkat === undefined || zookeeper === undefined) return undefined;
  const ratio = meerkat / zookeeper;
  return { workload, ratio, expected: "no more bytes", isReached: ratio <= 1 };
}
