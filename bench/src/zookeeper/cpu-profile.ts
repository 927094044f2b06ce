import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inspector } from "./inspector.ts";

/** V8's own form, as Chrome's developer tools and editors open it. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Ids of the nodes that ran when a sample was taken. */
  readonly samples: readonly number[];
  /** µs from each sample to the next. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

const SAMPLING_INTERVAL_US = 250;

/** Beforehand, so that the start itself is one message to a process that is busy. */
export async function prepareProfile(inspector: Inspector): Promise<void> {
  await inspector.ask("Profiler.enable");
  await inspector.ask("Profiler.setSamplingInterval", { interval: SAMPLING_INTERVAL_US });
}

export async function startProfile(inspector: Inspector): Promise<void> {
  await inspector.ask("Profiler.start");
}

/** Path of the file that now holds the profile. */
export async function stopProfile(
  inspector: Inspector,
  folder: string,
  name: string,
): Promise<string> {
  const { profile } = (await inspector.ask("Profiler.stop")) as { profile: CpuProfile };
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.cpuprofile`);
  writeFileSync(path, JSON.stringify(profile));
  return path;
}
