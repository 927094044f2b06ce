import { availableParallelism } from "node:os";
import { makeNodes } from "../bench-stack.ts";
import { stopOnSignal } from "../stop-on-signal.ts";
import { MeerkatSystem } from "../zookeeper/meerkat-system.ts";
import { median } from "../zookeeper/summary.ts";
import { createWorkloadNodes } from "../zookeeper/znodes.ts";
import { DiscardingReceiver } from "./discarding-receiver.ts";
import { type Figures, LOADS } from "./figures.ts";
import { VARIANTS } from "./variants.ts";

export interface TracingBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Each variant takes a hundred ports from here on. */
  readonly portBase: number;
}

const PORTS_PER_STACK = 100;
const GATEWAYS = 2;

/**
 * All stacks run from beginning to end and are loaded in turns, each workload on each of them once per
 * round; the round before the first lets them compile and is not counted.
 */
export async function benchTracing(options: TracingBenchOptions): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  await using stack = new AsyncDisposableStack();
  stopOnSignal(stack);
  const receiver = stack.use(await DiscardingReceiver.start());
  const systems: MeerkatSystem[] = [];
  for (const [index, variant] of VARIANTS.entries()) {
    const portBase = options.portBase + index * PORTS_PER_STACK;
    const environment = variant.environment(receiver.url);
    const system = stack.use(
      await MeerkatSystem.start({
        name: "meerkat",
        portBase,
        gateways: GATEWAYS,
        environment,
        nodeFlags: [],
      }),
    );
    await createWorkloadNodes(system.ports[0] ?? 0);
    await makeNodes(system.stack.urls[0] ?? "");
    systems.push(system);
  }
  say(
    `${VARIANTS.length} stacks of 3 replicas and ${GATEWAYS} gateways, one of them loaded at a time, on ` +
      `${availableParallelism()} cores, fsync on, Node ${process.version}; ` +
      `medians of ${options.rounds} rounds of ${options.seconds} s`,
  );
  for (const [name, load] of Object.entries(LOADS)) {
    const figures = systems.map((): Figures[] => []);
    for (let round = 0; round <= options.rounds; round += 1) {
      for (const [index, system] of systems.entries()) {
        const others = systems.filter((one) => one !== system);
        const run = await load({ system, others, round, seconds: options.seconds });
        if (round > 0) figures[index]?.push(run);
      }
    }
    say(`\n${name}\n${table(figures)}`);
  }
  say(`\n${(receiver.bytes / 1e6).toFixed(1)} MB of spans were exported`);
}

function table(figures: readonly (readonly Figures[])[]): string {
  const medians = figures.map((runs) => ({
    perSecond: median(runs.map(({ perSecond }) => perSecond)),
    cpuUsPerOp: median(runs.map(({ cpuUsPerOp }) => cpuUsPerOp)),
    range: [
      Math.min(...runs.map(({ perSecond }) => perSecond)),
      Math.max(...runs.map(({ perSecond }) => perSecond)),
    ] as const,
  }));
  const [absent] = medians;
  const lines = medians.map(({ perSecond, cpuUsPerOp, range }, index) => {
    const speed = `${perSecond.toFixed(0)}/s (${range[0].toFixed(0)} to ${range[1].toFixed(0)})`;
    const cpu = `${cpuUsPerOp.toFixed(2)} us CPU per operation`;
    const change = percent(cpuUsPerOp, absent?.cpuUsPerOp ?? cpuUsPerOp);
    const name = VARIANTS[index]?.name ?? "";
    return `  ${name.padEnd(8)} ${speed.padEnd(34)} ${cpu.padEnd(36)} ${change}`;
  });
  return lines.join("\n");
}

function percent(value: number, base: number): string {
  const change = (value / base - 1) * 100;
  return `${change >= 0 ? "+" : ""}${change.toFixed(1)} %`;
}
