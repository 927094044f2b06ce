import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { PORT_OFFSETS, type System } from "./system.ts";

/** Not a store: it shows what the generator costs and how much it could measure. */
export class EchoSystem implements System {
  readonly name = "echo";
  readonly isStore = false;
  readonly ports: readonly number[];
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.ports = [port];
    this.#child = child;
  }

  static async start(portBase: number): Promise<EchoSystem> {
    const port = portBase + PORT_OFFSETS.echo;
    const child = fork(join(import.meta.dirname, "echo-server.ts"), [String(port)], {
      execArgv: [],
    });
    await once(child, "message");
    return new EchoSystem(port, child);
  }

  get groups(): Readonly<Record<string, readonly number[]>> {
    return { echo: this.#child.pid === undefined ? [] : [this.#child.pid] };
  }

  async heapBytes(): Promise<ReadonlyMap<string, number>> {
    return new Map();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }
}
