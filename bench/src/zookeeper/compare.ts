import { stopOnSignal } from "../stop-on-signal.ts";
import { EchoSystem } from "./echo-system.ts";
import { measure, type Run } from "./measure.ts";
import { MeerkatSystem } from "./meerkat-system.ts";
import { type MemoryResult, measureMemory } from "./memory.ts";
import { type BenchOptions, MEMORY_WORKLOADS } from "./options.ts";
import { Profiles } from "./profiles.ts";
import { describeRun } from "./report.ts";
import type { LoadEvents } from "./run-load.ts";
import { PORT_OFFSETS, type System, type SystemName } from "./system.ts";
import { type Workload, workloadOf } from "./workloads.ts";
import { createWorkloadNodes } from "./znodes.ts";
import { ZooKeeperSystem } from "./zookeeper-system.ts";

export interface Comparison {
  readonly runs: readonly Run[];
  readonly memory: readonly MemoryResult[];
  /** What ended it before its time; the runs before that count all the same. */
  readonly failure: unknown;
}

/**
 * All systems run from the beginning to the end, so that none is measured cold: a JVM and V8 compile
 * for many seconds under load. Each run begins when all of them are quiet; the one that is not under
 * load costs some percent of a core, which every run states.
 */
export async function compare(
  options: BenchOptions,
  say: (line: string) => void,
): Promise<Comparison> {
  await using stack = new AsyncDisposableStack();
  stopOnSignal(stack);
  const systems: System[] = [];
  for (const name of options.systems) {
    say(`starting ${name}`);
    systems.push(stack.use(await startSystem(name, options)));
  }
  for (const system of systems) {
    if (system.isStore) await createWorkloadNodes(system.ports[0] ?? 0);
  }
  const isOfMemory = (name: string): boolean => MEMORY_WORKLOADS.some((of) => of.name === name);
  const workloads = options.workloads
    .filter((name) => !isOfMemory(name))
    .map((name) => withOverrides(workloadOf(name), options));

  const runs: Run[] = [];
  const memory: MemoryResult[] = [];
  try {
    for (let round = 0; round <= options.rounds; round += 1) {
      for (const workload of workloads) {
        for (const system of systems) {
          const run = await measureOne(system, systems, workload, round, options, say);
          if (round > 0) runs.push(run);
          say(describeRun(run, options.rounds));
        }
      }
    }
    for (const workload of MEMORY_WORKLOADS) {
      if (!options.workloads.includes(workload.name)) continue;
      for (const system of systems.filter(({ isStore }) => isStore)) {
        say(`${workload.name}: ${options.memoryCount} on ${system.name}`);
        memory.push(await measureMemory(workload, system, options.memoryCount));
      }
    }
  } catch (failure) {
    return { runs, memory, failure };
  }
  return { runs, memory, failure: undefined };
}

/** Round 0 is there for the compilers. */
async function measureOne(
  system: System,
  all: readonly System[],
  workload: Workload,
  round: number,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<Run> {
  const [warmUpSeconds, seconds] =
    round === 0 ? [0, options.compileSeconds] : [options.warmUpSeconds, options.seconds];
  const idle = all.filter((other) => other !== system);
  const plan = { system, idle, workload, round, warmUpSeconds, seconds };
  if (round === 0 || options.profile.length === 0 || !(system instanceof MeerkatSystem)) {
    return await measure(plan);
  }
  const profiles = await Profiles.prepare(system, options.profile);
  const events: LoadEvents = {
    onMeasuring: () => profiles.start(),
    onMeasured: () => profiles.stop(options.profileDir, `${workload.name}-${round}`),
  };
  const run = await measure(plan, events);
  for (const text of await profiles.summaries()) say(text);
  return run;
}

async function startSystem(name: SystemName, options: BenchOptions): Promise<System> {
  const { portBase, gateways, variant } = options;
  const plain = { portBase, gateways, environment: {}, nodeFlags: [] };
  if (name === "meerkat") return await MeerkatSystem.start({ ...plain, name });
  if (name === "variant") {
    const other = { ...plain, ...variant, portBase: portBase + PORT_OFFSETS.variant };
    return await MeerkatSystem.start({ ...other, name });
  }
  if (name === "zookeeper") return await ZooKeeperSystem.start(portBase);
  return await EchoSystem.start(portBase);
}

function withOverrides(workload: Workload, options: BenchOptions): Workload {
  const { connections = workload.connections, window = workload.window } = options;
  return { ...workload, connections, window };
}
