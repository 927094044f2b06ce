import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Processes start twice as fast when the sources need not be stripped of their types each time. */
const COMPILE_CACHE = join(tmpdir(), "meerkat-compile-cache");
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** One replica as a process of its own, with what it logged. */
export class ReplicaProcess {
  readonly id: number;
  readonly lines: string[] = [];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #exited: Promise<number | null> = Promise.resolve(null);

  constructor(
    id: number,
    environment: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ) {
    this.id = id;
    this.#args = args;
    this.#environment = { ...environment, MEERKAT_SERVER_ID: String(id) };
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const child = spawn(process.execPath, [MAIN, ...this.#args], {
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => this.lines.push(line));
    }
    this.#exited = new Promise((resolve) => child.once("close", resolve));
    this.#child = child;
  }

  /** Resolves with the exit code, null when a signal ended it. */
  exited(): Promise<number | null> {
    return this.#exited;
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.#child?.kill(signal);
    await this.#exited;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }
}
