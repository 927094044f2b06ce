import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { HEAP } from "./heap.ts";
import type { MemoryWorkload } from "./memory.ts";
import type { SystemName } from "./system.ts";
import { WATCHES } from "./watches.ts";
import { WORKLOADS } from "./workloads.ts";

/** Those that are measured behind all the others. */
export const MEMORY_WORKLOADS: readonly MemoryWorkload[] = [HEAP, WATCHES];

const NAMES = [...WORKLOADS, ...MEMORY_WORKLOADS].map(({ name }) => name);

export interface Variant {
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeFlags: readonly string[];
}

export interface BenchOptions {
  readonly workloads: readonly string[];
  readonly systems: readonly SystemName[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Of a round before the first, which is not measured. */
  readonly compileSeconds: number;
  /** Instead of those of the workload. */
  readonly connections: number | undefined;
  readonly window: number | undefined;
  /** How many of one thing the memory workloads add. */
  readonly memoryCount: number;
  readonly portBase: number;
  /** Of Meerkat; its replicas are as many as ZooKeeper's servers. */
  readonly gateways: number;
  /** Settings of a second Meerkat that is measured in ZooKeeper's place. */
  readonly variant: Variant | undefined;
  readonly jsonFile: string | undefined;
  readonly profile: readonly string[];
  readonly profileDir: string;
}

export const HELP = `npm run bench:zookeeper -- [options]

Meerkat (3 replicas, 3 electors, 2 gateways, nats-server) beside Debian's ZooKeeper (3 servers), both
with fsync, under the same load over ZooKeeper's client protocol. Both run all the time; one of them is
under load at a time, in turns: every workload on the one, then on the other, once per round.

  --workloads A,B        ${NAMES.join(", ")} [all]
  --rounds N             [3]
  --seconds N            measured time of a run [5]
  --warm-up N            seconds of load before each measured time [2]
  --compile N            seconds of every workload before the first round: both compile under load [10]
  --only NAME            meerkat or zookeeper alone; or echo, which shows what the generator costs
  --connections N        instead of the workload's
  --window N             requests in flight per connection, instead of the workload's
  --znodes N             how many for ${MEMORY_WORKLOADS.map(({ name }) => name).join(" and ")} [200000]
  --gateways N           of Meerkat, 1 to 10 [2, as npm start has]
  --port-base PORT       two hundred ports from here on are used [28000]
  --variant A=B,--flag   a second Meerkat in ZooKeeper's place, with these variables and flags of Node
  --json FILE            all figures of all runs
  --profile A,B          CPU profiles of Meerkat's processes in each measured time: gateway-1, replica-2,
                         replica-leader, election-1, …; a summary of each is printed
  --profile-dir DIR      [profiles]

Data is kept in the folder for temporary files; TMPDIR chooses another.
`;

const FLAGS = {
  workloads: { type: "string", default: NAMES.join(",") },
  rounds: { type: "string", default: "3" },
  seconds: { type: "string", default: "5" },
  "warm-up": { type: "string", default: "2" },
  compile: { type: "string", default: "10" },
  only: { type: "string" },
  connections: { type: "string" },
  window: { type: "string" },
  znodes: { type: "string", default: "200000" },
  gateways: { type: "string", default: "2" },
  "port-base": { type: "string", default: "28000" },
  variant: { type: "string" },
  json: { type: "string" },
  profile: { type: "string" },
  "profile-dir": { type: "string", default: "profiles" },
  help: { type: "boolean" },
} as const;

/** @throws Error that names a flag that is wrong. */
export function parseOptions(args: readonly string[]): BenchOptions | "help" {
  const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true });
  if (values.help === true) return "help";
  const positive = (flag: string, value: string): number => {
    const number = Number(value);
    if (value.trim() !== "" && number >= 0) return number;
    throw new Error(`--${flag} ${value}: not a number from 0 on`);
  };
  const optional = (flag: string, value: string | undefined): number | undefined =>
    value === undefined ? undefined : positive(flag, value);
  return {
    workloads: values.workloads.split(","),
    systems: values.variant === undefined ? systemsOf(values.only) : ["meerkat", "variant"],
    rounds: positive("rounds", values.rounds),
    seconds: positive("seconds", values.seconds),
    warmUpSeconds: positive("warm-up", values["warm-up"]),
    compileSeconds: positive("compile", values.compile),
    connections: optional("connections", values.connections),
    window: optional("window", values.window),
    memoryCount: positive("znodes", values.znodes),
    gateways: gatewaysOf(values.gateways),
    portBase: positive("port-base", values["port-base"]),
    variant: values.variant === undefined ? undefined : variantOf(values.variant),
    jsonFile: values.json,
    profile: values.profile?.split(",") ?? [],
    profileDir: resolve(values["profile-dir"]),
  };
}

function gatewaysOf(value: string): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= 10) return count;
  throw new Error(`--gateways ${value}: not a whole number from 1 to 10`);
}

function variantOf(value: string): Variant {
  const settings = value.split(",");
  const nodeFlags = settings.filter((setting) => setting.startsWith("--"));
  const variables = settings.filter((setting) => !setting.startsWith("--"));
  for (const variable of variables) {
    if (variable.includes("=")) continue;
    throw new Error(`--variant ${value}: ${variable} is neither NAME=VALUE nor a flag of Node`);
  }
  const environment = Object.fromEntries(variables.map((variable) => variable.split(/=(.*)/s, 2)));
  return { environment, nodeFlags };
}

function systemsOf(only: string | undefined): readonly SystemName[] {
  if (only === undefined) return ["meerkat", "zookeeper"];
  if (only === "meerkat" || only === "zookeeper" || only === "echo") return [only];
  throw new Error(`--only ${only}: meerkat, zookeeper or echo`);
}
