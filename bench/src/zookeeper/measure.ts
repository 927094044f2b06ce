import type { LoadSpec } from "./load-spec.ts";
import { type LoadEvents, runLoad } from "./run-load.ts";
import { settle } from "./settle.ts";
import { pidsOf, type System, type SystemName } from "./system.ts";
import type { Workload } from "./workloads.ts";
import { sumOfVersions } from "./znodes.ts";

export interface Run {
  readonly system: SystemName;
  readonly workload: string;
  readonly round: number;
  readonly connections: number;
  readonly window: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Requests whose latency was taken. */
  readonly samples: number;
  readonly seconds: number;
  readonly generatorCores: number;
  /** By group of the system's processes. */
  readonly cores: Readonly<Record<string, number>>;
  /** What the load left to do: from its end until all was quiet, and the CPU that took. */
  readonly settleSeconds: number;
  readonly settleCpuSeconds: number;
  /** Of the system that was not under load. */
  readonly idleCores: number;
  /** Of what does not belong to the benchmark: a disturbed machine shows here. */
  readonly otherCores: number;
}

export interface Plan {
  readonly system: System;
  /** Runs too, without load. */
  readonly idle: readonly System[];
  readonly workload: Workload;
  readonly round: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

const IDLE = "idle";

/**
 * One run of one workload on one system.
 * @throws Error when a reply was wrong, or when the znodes afterwards are not as acknowledged.
 */
export async function measure(plan: Plan, events?: LoadEvents): Promise<Run> {
  const { system, workload, round } = plan;
  const { connections, window } = workload;
  const before = system.isStore ? await versionsOnAll(system) : 0;
  const spec: LoadSpec = {
    workload: workload.name,
    // Each round begins at another server, so that a lone connection does not always have the leader.
    ports: system.ports.map((_, i) => system.ports[(i + round) % system.ports.length] ?? 0),
    connections,
    window,
    warmUpMs: plan.warmUpSeconds * 1_000,
    measureMs: plan.seconds * 1_000,
    groups: { ...system.groups, [IDLE]: plan.idle.flatMap(pidsOf) },
  };
  const result = await runLoad(spec, events);
  const settled = await settle([system, ...plan.idle]);
  if (system.isStore) {
    const added = (await versionsOnAll(system)) - before;
    if (added !== result.versionsAdded) {
      throw new Error(
        `${workload.name} on ${system.name}: ${result.versionsAdded} writes were acknowledged, ` +
          `the versions of the znodes grew by ${added}`,
      );
    }
  }
  const { seconds, groupCpuSeconds } = result;
  const { [IDLE]: idleCpuSeconds = 0, ...own } = groupCpuSeconds;
  const known = Object.values(groupCpuSeconds).reduce((sum, cpu) => sum + cpu, 0);
  const otherCpuSeconds = result.machineCpuSeconds - known - result.generatorCpuSeconds;
  return {
    system: system.name,
    workload: workload.name,
    round,
    connections,
    window,
    perSecond: result.replies / seconds,
    p50Ms: result.p50Us / 1_000,
    p99Ms: result.p99Us / 1_000,
    samples: result.samples,
    seconds,
    generatorCores: result.generatorCpuSeconds / seconds,
    cores: Object.fromEntries(Object.entries(own).map(([group, cpu]) => [group, cpu / seconds])),
    settleSeconds: settled.seconds,
    settleCpuSeconds: settled.cpuSeconds,
    idleCores: idleCpuSeconds / seconds,
    otherCores: Math.max(0, otherCpuSeconds / seconds),
  };
}

/** @throws Error when two servers show different znodes. */
async function versionsOnAll({ name, ports }: System): Promise<number> {
  const sums = new Set<number>();
  for (const port of ports) sums.add(await sumOfVersions(port));
  const [sum, other] = sums;
  if (sum === undefined || other !== undefined) {
    throw new Error(`the servers of ${name} disagree: versions add up to ${[...sums].join(", ")}`);
  }
  return sum;
}
