import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { ENSEMBLE } from "./fake-replica.ts";

const MAIN = join(import.meta.dirname, "../src/main.ts");

/** A real process of this service. */
export class ElectionProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  output = "";

  constructor(environment: Readonly<Record<string, string>>, args: readonly string[] = []) {
    this.#child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, MEERKAT_ENSEMBLE: ENSEMBLE, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    this.#child.stdout?.on("data", collect);
    this.#child.stderr?.on("data", collect);
    this.#ended = new Promise((resolve) => this.#child.once("close", resolve));
  }

  /** Its exit code, or null after a signal. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number | null> {
    this.#child.kill(signal);
    return this.#ended;
  }
}
