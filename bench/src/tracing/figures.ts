import type { Stack } from "@meerkat/local";
import { runClosedLoop } from "../closed-loop.ts";
import { usageOf } from "../process-cpu.ts";
import { WORKLOADS } from "../workloads.ts";
import { measure } from "../zookeeper/measure.ts";
import type { MeerkatSystem } from "../zookeeper/meerkat-system.ts";
import { workloadOf } from "../zookeeper/workloads.ts";

/** One run. */
export interface Figures {
  readonly perSecond: number;
  /** Of all services of the stack together. */
  readonly cpuUsPerOp: number;
}

export interface Turn {
  readonly system: MeerkatSystem;
  readonly others: readonly MeerkatSystem[];
  readonly round: number;
  readonly seconds: number;
}

const WARM_UP_SECONDS = 1;
const HTTP_CONNECTIONS = 30;
/** Less than the comparison with ZooKeeper has: who traces everything would keep clients waiting for seconds. */
const WINDOW = 20;

/** What is measured, by its name. */
export const LOADS: Readonly<Record<string, (turn: Turn) => Promise<Figures>>> = {
  "setData, 30 connections x 20 in flight": (turn) => overZooKeeper("set", turn),
  "getData, 30 connections x 20 in flight": (turn) => overZooKeeper("get", turn),
  "HTTP PUT, 30 connections": overHttp,
};

async function overZooKeeper(workload: string, turn: Turn): Promise<Figures> {
  const { system, others: idle, round, seconds } = turn;
  const plan = {
    workload: { ...workloadOf(workload), window: WINDOW },
    warmUpSeconds: WARM_UP_SECONDS,
  };
  const run = await measure({ ...plan, system, idle, round, seconds });
  const cores = Object.values(run.cores).reduce((sum, one) => sum + one, 0);
  return { perSecond: run.perSecond, cpuUsPerOp: (cores / run.perSecond) * 1e6 };
}

async function overHttp({ system: { stack }, seconds }: Turn): Promise<Figures> {
  const [workload] = WORKLOADS;
  if (workload === undefined) throw new RangeError("no workload");
  const load = { urls: stack.urls, connections: HTTP_CONNECTIONS };
  await runClosedLoop(workload, { ...load, warmUpMs: 0, durationMs: WARM_UP_SECONDS * 1_000 });
  const before = cpuSecondsOf(stack);
  const startMs = performance.now();
  const result = await runClosedLoop(workload, {
    ...load,
    warmUpMs: 0,
    durationMs: seconds * 1_000,
  });
  const cores = (cpuSecondsOf(stack) - before) / ((performance.now() - startMs) / 1_000);
  if (result.errors > 0) throw new Error(`${result.errors} of ${result.requests} requests failed`);
  const perSecond = result.requests / result.seconds;
  return { perSecond, cpuUsPerOp: (cores / perSecond) * 1e6 };
}

function cpuSecondsOf(stack: Stack): number {
  return [...usageOf(stack).values()].reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}
