import { setImmediate } from "node:timers/promises";

const DEADLINE_MS = 10_000;

/** For what happens without a sign: looks in every turn of the event loop until it holds. */
export async function eventually(holds: () => boolean, what = "it did not come to hold") {
  const startMs = performance.now();
  while (!holds()) {
    if (performance.now() - startMs > DEADLINE_MS) throw new Error(what);
    await setImmediate();
  }
}

/** Everything that is under way between sockets of this process has arrived. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i += 1) await setImmediate();
}
