import { availableParallelism } from "node:os";
import { makeNodes, withStack } from "./bench-stack.ts";
import { type LoadResult, runClosedLoop } from "./closed-loop.ts";
import { type Usage, usageOf } from "./process-cpu.ts";
import { WORKLOADS } from "./workloads.ts";

export interface HttpBenchOptions {
  readonly workloads: readonly string[];
  readonly connections: readonly number[];
  readonly seconds: number;
}

const WARM_UP_MS = 2_000;
const PERCENTILES = [50, 90, 99, 99.9];

/** Closed-loop load over HTTP on a local stack of 3 replicas and 2 gateways; prints one line per run. */
export async function benchHttp(options: HttpBenchOptions): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  await withStack(async (stack) => {
    await makeNodes(stack.urls[0] ?? "");
    say(
      `3 replicas, 2 gateways, load generator and all on ${availableParallelism()} cores, fsync on, Node ${process.version}`,
    );
    for (const name of options.workloads) {
      const workload = WORKLOADS.find((candidate) => candidate.name === name);
      if (workload === undefined)
        throw new RangeError(
          `no workload ${name}; there are ${WORKLOADS.map((w) => w.name).join(", ")}`,
        );
      say(`\n${workload.name}: ${workload.describe}`);
      for (const connections of options.connections) {
        const before = usageOf(stack);
        const load = {
          urls: stack.urls,
          connections,
          warmUpMs: WARM_UP_MS,
          durationMs: options.seconds * 1_000,
        };
        const result = await runClosedLoop(workload, load);
        say(`  ${describeResult(connections, result)}`);
        say(`    ${describeUsage(before, usageOf(stack), options.seconds + WARM_UP_MS / 1_000)}`);
      }
    }
  });
}

function describeResult(connections: number, result: LoadResult): string {
  const rate = (result.requests / result.seconds).toFixed(0);
  const latencies = PERCENTILES.map(
    (p) => `p${p} ${(result.latency.percentile(p) / 1_000).toFixed(2)}`,
  );
  const generator = `generator ${result.generatorCores.toFixed(2)} cores`;
  return `${connections} connections: ${rate}/s, ms ${latencies.join(" ")}, ${result.errors} errors, ${generator}`;
}

/** Cores that each process used over the run, and its memory at the end. */
function describeUsage(
  before: ReadonlyMap<string, Usage>,
  after: ReadonlyMap<string, Usage>,
  seconds: number,
): string {
  const parts = [...after].map(([name, { cpuSeconds, residentMb }]) => {
    const cores = (cpuSeconds - (before.get(name)?.cpuSeconds ?? 0)) / seconds;
    return `${name} ${cores.toFixed(2)} cores ${residentMb.toFixed(0)} MB`;
  });
  return parts.join(", ");
}
