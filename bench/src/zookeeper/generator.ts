import { setTimeout as sleep } from "node:timers/promises";
import { machineCpuSeconds, readUsage } from "../process-cpu.ts";
import { LoadConnection } from "./load-connection.ts";
import { LoadMeter } from "./load-meter.ts";
import type { LoadMessage, LoadResult, LoadSpec } from "./load-spec.ts";
import { ringOf, workloadOf } from "./workloads.ts";

/**
 * A process of its own, so that its CPU can be told from everything else's. It looks at the servers'
 * CPU itself: at the same two moments as at its own and at the count of replies.
 */

const PROGRESS_EVERY_MS = 1_000;
/** No reply on any connection for so long ends the run. */
const SILENT_MS_MAX = 15_000;

interface Moment {
  readonly atMs: number;
  readonly replies: number;
  readonly generatorCpuSeconds: number;
  readonly groupCpuSeconds: Readonly<Record<string, number>>;
  readonly machineCpuSeconds: number;
}

function momentOf(meter: LoadMeter, groups: LoadSpec["groups"]): Moment {
  const { user, system } = process.cpuUsage();
  const groupCpuSeconds = Object.fromEntries(
    Object.entries(groups).map(([group, pids]) => [
      group,
      pids.reduce((sum, pid) => sum + readUsage(pid).cpuSeconds, 0),
    ]),
  );
  return {
    atMs: performance.now(),
    replies: meter.replies,
    generatorCpuSeconds: (user + system) / 1e6,
    groupCpuSeconds,
    machineCpuSeconds: machineCpuSeconds(),
  };
}

async function run(spec: LoadSpec, onFailure: (error: Error) => void): Promise<LoadResult> {
  const { connections, window, ports, groups } = spec;
  const ring = ringOf(workloadOf(spec.workload), window);
  const meter = new LoadMeter();
  const loads = await Promise.all(
    Array.from({ length: connections }, (_, i) => {
      const firstSlot = Math.floor((i * ring.slots) / connections);
      const port = ports[i % ports.length] ?? 0;
      return LoadConnection.open({ port, ring, firstSlot, window, meter, onFailure });
    }),
  );
  for (const load of loads) load.start();
  const watch = watchProgress(meter, onFailure);
  await sleep(spec.warmUpMs);
  meter.reset();
  const before = momentOf(meter, groups);
  tell({ kind: "measuring" });
  await sleep(spec.measureMs);
  const after = momentOf(meter, groups);
  const [p50Us, p99Us] = [meter.percentileUs(50), meter.percentileUs(99)];
  const { samples } = meter;
  tell({ kind: "measured" });
  await Promise.all(loads.map((load) => load.drain()));
  clearInterval(watch);
  await Promise.all(loads.map((load) => load.close()));
  const spent = (group: string): number =>
    (after.groupCpuSeconds[group] ?? 0) - (before.groupCpuSeconds[group] ?? 0);
  return {
    replies: after.replies - before.replies,
    seconds: (after.atMs - before.atMs) / 1_000,
    p50Us,
    p99Us,
    samples,
    generatorCpuSeconds: after.generatorCpuSeconds - before.generatorCpuSeconds,
    groupCpuSeconds: Object.fromEntries(Object.keys(groups).map((name) => [name, spent(name)])),
    machineCpuSeconds: after.machineCpuSeconds - before.machineCpuSeconds,
    versionsAdded: loads.reduce((sum, load) => sum + load.versionsAdded, 0),
  };
}

function watchProgress(meter: LoadMeter, onFailure: (error: Error) => void): NodeJS.Timeout {
  let [replies, silentMs] = [-1, 0];
  return setInterval(() => {
    silentMs = meter.replies === replies ? silentMs + PROGRESS_EVERY_MS : 0;
    replies = meter.replies;
    if (silentMs >= SILENT_MS_MAX) onFailure(new Error(`no reply for ${silentMs} ms`));
  }, PROGRESS_EVERY_MS);
}

function tell(message: LoadMessage): void {
  process.send?.(message);
}

function fail(error: Error): void {
  process.send?.({ kind: "failed", reason: error.message } satisfies LoadMessage, () =>
    process.exit(1),
  );
}

process.once("message", (spec: LoadSpec) => {
  run(spec, fail).then(
    (result) => {
      tell({ kind: "result", result });
      process.disconnect?.();
    },
    (error: unknown) => fail(error instanceof Error ? error : new Error(String(error))),
  );
});
