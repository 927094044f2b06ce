import { availableParallelism } from "node:os";
import type { Stack } from "@meerkat/local";
import { withStack } from "./bench-stack.ts";
import { EventStreams } from "./event-streams.ts";
import { machineCpuSeconds, readUsage, type Usage } from "./process-cpu.ts";

const GATEWAY = "gateway-1";
const SETTLE_MS = 3_000;
const WARM_UP_WRITES = 200;
const DEADLINE_MS = 60_000;
/** Subscribers of single paths share this many of them at a time when something changes. */
const CHANGES = 20;

interface Scene {
  readonly name: string;
  readonly pathOf: (n: number) => string;
  /** What changes, and how many subscribers hear of each. */
  readonly changed: (change: number) => string;
  readonly hearing: (subscribers: number) => number;
}

const SCENES: readonly Scene[] = [
  {
    name: "all of them watch one znode",
    pathOf: () => "/watched",
    changed: () => "/watched",
    hearing: (subscribers) => subscribers,
  },
  {
    name: "each watches a znode of its own",
    pathOf: (n) => `/watched/n${n}`,
    changed: (change) => `/watched/n${change}`,
    hearing: () => 1,
  },
  {
    name: "all of them watch everything",
    pathOf: () => "/watched&recursive=true",
    changed: (change) => `/watched/n${change}`,
    hearing: (subscribers) => subscribers,
  },
];

/** Memory and fan-out of event streams on one gateway. */
export async function benchWatch(subscribers: number, seconds: number): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(
    `${subscribers} event streams on one gateway of a stack of 3 replicas and 2 gateways, ` +
      `subscribers and all on ${availableParallelism()} cores, Node ${process.version}`,
  );
  for (const scene of SCENES) {
    const environment = { MEERKAT_WATCH_SUBSCRIBERS_MAX: String(subscribers) };
    await withStack(async (stack) => await run(stack, scene, { subscribers, seconds, say }), {
      environment,
    });
  }
}

async function run(
  stack: Stack,
  scene: Scene,
  how: {
    readonly subscribers: number;
    readonly seconds: number;
    readonly say: (line: string) => void;
  },
): Promise<void> {
  const { subscribers, seconds, say } = how;
  const [url = "", other = ""] = stack.urls;
  await write(other, "/watched");
  for (let n = 0; n < WARM_UP_WRITES; n += 1) await write(other, `/watched/n${n % CHANGES}`);
  await pause(SETTLE_MS);
  const empty = usage(stack);
  const streams = await EventStreams.open(url, subscribers, scene.pathOf);
  await pause(SETTLE_MS);
  const open = usage(stack);
  say(`\n${scene.name}`);
  const addedKb = ((open.residentMb - empty.residentMb) * 1_024) / subscribers;
  say(
    `  gateway ${empty.residentMb.toFixed(0)} MB without, ${open.residentMb.toFixed(0)} MB with them: ` +
      `${addedKb.toFixed(1)} KB each; opening one took it ` +
      `${(((open.cpuSeconds - empty.cpuSeconds) / subscribers) * 1e6).toFixed(0)} us`,
  );
  const machine = machineCpuSeconds();
  await pause(seconds * 1_000);
  const quiet = usage(stack);
  const cores = (quiet.cpuSeconds - open.cpuSeconds) / seconds;
  say(`  heartbeats alone: ${(cores * 100).toFixed(1)} % of a core`);
  await sayFanOut(stack, streams, { scene, other, hearing: scene.hearing(subscribers), say });
  const after = usage(stack);
  say(
    `  gateway ${after.residentMb.toFixed(0)} MB afterwards; the machine used ` +
      `${(machineCpuSeconds() - machine).toFixed(1)} s of CPU meanwhile`,
  );
  streams.close();
}

async function sayFanOut(
  stack: Stack,
  streams: EventStreams,
  how: {
    readonly scene: Scene;
    readonly other: string;
    readonly hearing: number;
    readonly say: (line: string) => void;
  },
): Promise<void> {
  const { scene, other, hearing, say } = how;
  const before = usage(stack);
  const [firsts, medians, lasts]: [number[], number[], number[]] = [[], [], []];
  for (let change = 0; change < CHANGES; change += 1) {
    streams.forgetArrivals();
    const sentMs = performance.now();
    await write(other, scene.changed(change));
    await until(() => streams.arrivals.length >= hearing);
    const times = streams.arrivals.map((atMs) => atMs - sentMs).sort((a, b) => a - b);
    firsts.push(times[0] ?? 0);
    medians.push(times[Math.floor(times.length / 2)] ?? 0);
    lasts.push(times.at(-1) ?? 0);
  }
  const after = usage(stack);
  const perEvent = ((after.cpuSeconds - before.cpuSeconds) / (CHANGES * hearing)) * 1e6;
  say(
    `  a change, from its PUT at the other gateway: first subscriber ${middle(firsts)} ms, median ` +
      `${middle(medians)} ms, last ${middle(lasts)} ms; ${perEvent.toFixed(1)} us of the gateway per event sent`,
  );
}

function usage(stack: Stack): Usage {
  const { pid } = stack.process(GATEWAY);
  if (pid === undefined) throw new Error(`${GATEWAY} does not run`);
  return readUsage(pid);
}

async function write(url: string, path: string): Promise<void> {
  const response = await fetch(`${url}/v1/znodes${path}?create=true`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ data: "x".repeat(100) }),
  });
  if (!response.ok) throw new Error(`cannot write ${path}: ${await response.text()}`);
  await response.arrayBuffer();
}

async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + DEADLINE_MS;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error("events are missing");
    await pause(1);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function middle(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1);
}
