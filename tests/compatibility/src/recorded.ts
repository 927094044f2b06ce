import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Outcomes, Step } from "./step.ts";

const FOLDER = resolve(import.meta.dirname, "../expected");

/**
 * What ZooKeeper did with a client when it was last asked, for machines that have none: one file per client, one line
 * per step, so that a diff shows what changed.
 */
export function readRecorded(client: string): Outcomes | undefined {
  const path = fileOf(client);
  if (!existsSync(path)) return undefined;
  const scenarios = JSON.parse(readFileSync(path, "utf8")) as Record<string, Step[]>;
  return new Map(Object.entries(scenarios));
}

export function writeRecorded(client: string, outcomes: Outcomes): void {
  const scenarios = [...outcomes].map(([name, steps]) => {
    const lines = steps.map((step) => `    ${JSON.stringify(step)}`);
    return `  ${JSON.stringify(name)}: [\n${lines.join(",\n")}\n  ]`;
  });
  const path = fileOf(client);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `{\n${scenarios.join(",\n")}\n}\n`);
}

function fileOf(client: string): string {
  return join(FOLDER, `${client}.json`);
}
