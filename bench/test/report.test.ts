import { expect, it } from "vitest";
import { HEAP } from "../src/zookeeper/heap.ts";
import type { Run } from "../src/zookeeper/measure.ts";
import type { MemoryResult, MemoryWorkload } from "../src/zookeeper/memory.ts";
import { report, verdicts } from "../src/zookeeper/report.ts";
import type { SystemName } from "../src/zookeeper/system.ts";
import { WATCHES } from "../src/zookeeper/watches.ts";

function run(system: SystemName, workload: string, round: number, perSecond: number): Run {
  const shape = { connections: 30, window: 100, samples: 9, seconds: 5 };
  const latency = { p50Ms: 1_000 / perSecond, p99Ms: 2_000 / perSecond };
  const cpu = { generatorCores: 0.1, cores: { servers: 1 }, idleCores: 0, otherCores: 0 };
  const settle = { settleSeconds: 0, settleCpuSeconds: 0 };
  return { system, workload, round, perSecond, ...shape, ...latency, ...settle, ...cpu };
}

function memory(
  workload: MemoryWorkload,
  system: SystemName,
  bytesEach: Readonly<Record<string, number>>,
): MemoryResult {
  return { workload, system, count: 10, bytesEach };
}

const runs = [
  ...[300, 100, 320].map((speed, i) => run("meerkat", "set", i + 1, speed)),
  ...[100, 110, 90].map((speed, i) => run("zookeeper", "set", i + 1, speed)),
  run("meerkat", "set-alone", 1, 100),
  run("zookeeper", "set-alone", 1, 130),
];

it("compares medians with what is expected", () => {
  expect(verdicts(runs, [])).toEqual([
    { workload: "set", ratio: 3, expected: "speed at least 3 x", isReached: true },
    { workload: "set-alone", ratio: 1.3, expected: "p50 at most 1.2 x", isReached: false },
  ]);
});

it("puts the systems side by side", () => {
  const text = report(runs, [
    memory(HEAP, "meerkat", { "gateway-1": 400, "replica-1": 500 }),
    memory(HEAP, "zookeeper", { "zookeeper-1": 450 }),
    memory(WATCHES, "meerkat", { "gateway-1": 45, "replica-1": 0 }),
    memory(WATCHES, "zookeeper", { "zookeeper-1": 90 }),
  ]);
  expect(text).toMatch(/per second +300 +100\n/);
  expect(text).toMatch(/slowest to fastest round +100 - 320 +90 - 110\n/);
  expect(text).toMatch(
    /^heap: [^:]+ znode of 100 bytes[\s\S]+1\.11 x +no more bytes: NOT reached/m,
  );
  expect(text).toMatch(/^watches: [\s\S]+0\.50 x +no more bytes: reached/m);
});

it("says nothing of a ratio where only one was measured", () => {
  expect(
    verdicts(
      runs.filter(({ system }) => system === "meerkat"),
      [],
    ),
  ).toEqual([]);
});
