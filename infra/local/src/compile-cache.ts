import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../..");

/**
 * Node keeps the compiled form of our sources here. Without it every process loads the compiler that
 * strips types, which costs it a second of CPU and some 30 MB for as long as it lives.
 */
export const COMPILE_CACHE = join(ROOT, "node_modules", ".cache", "meerkat-compile");

const STAMP = join(COMPILE_CACHE, "warm");
/** Where our processes begin, and what they load only when it is configured or asked for. */
const ENTRIES = [
  "services/replica/src/main.ts",
  "services/election/src/main.ts",
  "services/gateway/src/main.ts",
  "libs/bus/src/jetstream-stream.ts",
  "libs/bus/src/jetstream-reader.ts",
  "libs/telemetry/src/tracing/otlp.ts",
  "libs/telemetry/src/metrics/exposition.ts",
];

/** Fills the cache after a change of the sources, by loading all of them once. */
export async function warmCompileCache(): Promise<void> {
  if (newestSourceMs() <= modifiedMs(STAMP)) return;
  mkdirSync(COMPILE_CACHE, { recursive: true });
  await Promise.all(ENTRIES.map(loadOnce));
  writeFileSync(STAMP, "");
}

async function loadOnce(entry: string): Promise<void> {
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE };
  await once(
    spawn(process.execPath, [join(ROOT, entry), "--help"], { env, stdio: "ignore" }),
    "exit",
  );
}

function newestSourceMs(): number {
  const sources = globSync("{libs,services}/*/src/**/*.ts", { cwd: ROOT });
  return Math.max(...sources.map((path) => modifiedMs(join(ROOT, path))));
}

function modifiedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
