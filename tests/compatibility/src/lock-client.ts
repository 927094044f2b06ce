import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { until } from "@meerkat/workload";
import type { Launch } from "./clients/client.ts";

/** What one of those who want the lock says that it did. */
export interface LockEvent {
  readonly event: "waits" | "acquired" | "wrote" | "refused" | "failed" | "state";
  readonly atMs: number;
  /** Of a write: the version that it gave the fence. */
  readonly version?: number;
  /** Server that it went through. */
  readonly port?: number;
}

/** A process that wants a lock, and writes as long as it has it. */
export class LockClient {
  readonly name: string;
  readonly events: LockEvent[] = [];
  readonly #process: ChildProcess;

  constructor(name: string, launch: Launch, args: readonly string[]) {
    this.name = name;
    const stdio = ["ignore", "pipe", "ignore"] as const;
    const child = spawn(launch.command, [...launch.args, ...args], { stdio: [...stdio] });
    this.#process = child;
    if (child.stdout === null) throw new Error("the lock client has no output");
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.events.push(JSON.parse(line) as LockEvent);
    });
  }

  /** As when the power of its machine goes. */
  kill(): number {
    const atMs = Date.now();
    this.#process.kill("SIGKILL");
    return atMs;
  }

  of(event: LockEvent["event"]): readonly LockEvent[] {
    return this.events.filter((one) => one.event === event);
  }

  /** The next event of a kind after `afterMs`. */
  next(event: LockEvent["event"], afterMs = 0, deadlineMs = 60_000): Promise<LockEvent> {
    const look = (): LockEvent | undefined => this.of(event).find(({ atMs }) => atMs > afterMs);
    return until(`${this.name}: ${event}`, look, deadlineMs);
  }
}
