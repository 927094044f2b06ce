import { writeFileSync } from "node:fs";
import { isZooKeeperInstalled } from "@meerkat/zookeeper";
import { compare } from "./compare.ts";
import { describeMachine } from "./machine.ts";
import { type BenchOptions, HELP, parseOptions } from "./options.ts";
import { report, verdicts } from "./report.ts";
import { summariseRuns } from "./summary.ts";

async function main(options: BenchOptions): Promise<void> {
  const machine = describeMachine();
  if (options.systems.includes("zookeeper") && !isZooKeeperInstalled()) {
    throw new Error("ZooKeeper is not installed: apt-get install zookeeper, or --only meerkat");
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const { runs, memory, failure } = await compare(options, say);
  const { cores, cpu, memoryGb, node } = machine;
  const { rounds, seconds, warmUpSeconds, gateways } = options;
  process.stdout.write(
    `\n${cores} cores (${cpu}), ${memoryGb} GB, Node ${node}; servers, load generator and all on it; fsync on\n` +
      `Meerkat with 3 replicas and ${gateways} gateways, ZooKeeper with 3 servers\n` +
      `medians of ${rounds} rounds of ${seconds} s, each after ${warmUpSeconds} s of load\n\n`,
  );
  process.stdout.write(`${report(runs, memory)}\n`);
  if (options.jsonFile !== undefined) {
    const results = {
      machine,
      options,
      summaries: summariseRuns(runs),
      verdicts: verdicts(runs, memory),
      memory,
      runs,
    };
    writeFileSync(options.jsonFile, `${JSON.stringify(results, undefined, 2)}\n`);
  }
  if (failure !== undefined) throw failure;
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(HELP);
  else await main(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
