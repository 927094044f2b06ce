import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import type { RunFolder } from "./run-folder.ts";

export interface ProcessDefinition {
  /** As in its pid and log file: replica-1. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Long enough that a process which comes back does not take the CPU that an election needs. */
const RESTART_DELAY_MS = { first: 1_000, max: 8_000 };
/** A process that lived this long starts over with the first delay. */
const STABLE_AFTER_MS = 10_000;

/** One process of the stack: started, watched, restarted, stopped. */
export class ManagedProcess {
  readonly definition: ProcessDefinition;
  readonly #folder: RunFolder;
  readonly #onExit: (process: ManagedProcess, exit: Exit) => void;
  #child: ChildProcess | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #restartDelayMs = RESTART_DELAY_MS.first;
  #startedAtMs = 0;
  #wanted = false;

  constructor(
    definition: ProcessDefinition,
    folder: RunFolder,
    onExit: (process: ManagedProcess, exit: Exit) => void,
  ) {
    this.definition = definition;
    this.#folder = folder;
    this.#onExit = onExit;
  }

  get name(): string {
    return this.definition.name;
  }

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    clearTimeout(this.#restartTimer);
    this.#wanted = true;
    if (this.#child !== undefined) return;
    const { name, command, args, environment } = this.definition;
    const log = openSync(this.#folder.logFile(name), "a");
    // A process group of its own: Ctrl-C reaches the launcher alone, which stops the others in order.
    const child = spawn(command, args, {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...environment },
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    this.#startedAtMs = Date.now();
    if (child.pid !== undefined) this.#folder.writePid(name, child.pid);
    child.on("error", () => this.#ended({ code: 127, signal: null }));
    child.on("exit", (code, signal) => this.#ended({ code, signal }));
  }

  /** Starts again after a delay that grows while the process keeps dying. Returns the delay. */
  restartLater(): number {
    if (Date.now() - this.#startedAtMs > STABLE_AFTER_MS) {
      this.#restartDelayMs = RESTART_DELAY_MS.first;
    }
    const delayMs = this.#restartDelayMs;
    this.#restartDelayMs = Math.min(delayMs * 2, RESTART_DELAY_MS.max);
    this.#restartTimer = setTimeout(() => this.start(), delayMs);
    return delayMs;
  }

  /** Sends a signal; false when it is not running. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#child?.kill(signal) ?? false;
  }

  /** SIGTERM, and SIGKILL when that does not help in time. Resolves when the process has ended. */
  async stop(deadlineMs: number): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, "exit");
    // A stopped process (SIGSTOP) would not hear SIGTERM.
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
    await ended;
    clearTimeout(timer);
  }

  /** SIGKILL, and no restart. Resolves when the process has ended. */
  async kill(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  #ended(exit: Exit): void {
    if (this.#child === undefined) return;
    this.#child = undefined;
    this.#folder.removePid(this.name);
    if (this.#wanted) this.#onExit(this, exit);
  }
}
