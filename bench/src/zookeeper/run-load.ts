import { fork } from "node:child_process";
import { join } from "node:path";
import type { LoadMessage, LoadResult, LoadSpec } from "./load-spec.ts";

export interface LoadEvents {
  /** The measured time begins, and ends. */
  readonly onMeasuring?: () => void;
  readonly onMeasured?: () => void;
}

/**
 * One run in a generator process of its own: nothing of the run before is in its heap or its code.
 * @throws Error when any reply was not the expected one.
 */
export function runLoad(spec: LoadSpec, events: LoadEvents = {}): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, "generator.ts"), {
      stdio: "inherit",
      execArgv: [],
    });
    let outcome: LoadResult | Error = new Error("the load generator ended without a result");
    child.on("message", (message: LoadMessage) => {
      if (message.kind === "measuring") events.onMeasuring?.();
      else if (message.kind === "measured") events.onMeasured?.();
      else if (message.kind === "result") outcome = message.result;
      else outcome = new Error(`${spec.workload}: ${message.reason}`);
    });
    child.on("error", reject);
    child.on("exit", () => {
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    });
    child.send(spec);
  });
}
