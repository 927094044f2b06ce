import { setTimeout as sleep } from "node:timers/promises";
import { readUsage } from "../process-cpu.ts";
import { pidsOf, type System } from "./system.ts";

/** Less than this of all systems together is what they use when nothing is left to do. */
const QUIET_CORES = 0.2;
const LOOK_EVERY_MS = 500;
const SETTLE_LIMIT_MS = 180_000;

export interface Settled {
  /** From the call until everything was quiet. */
  readonly seconds: number;
  /** What all systems used meanwhile. */
  readonly cpuSeconds: number;
}

/**
 * Waits until no system has anything left to do. What a load leaves behind (events to tell, snapshots,
 * garbage) is neither to slow down the next system that is measured nor to be hidden: it is reported.
 *
 * @throws Error when they do not come to rest
 */
export async function settle(systems: readonly System[]): Promise<Settled> {
  const cpuSeconds = (): number =>
    systems.flatMap(pidsOf).reduce((sum, pid) => sum + readUsage(pid).cpuSeconds, 0);
  const beganMs = performance.now();
  const began = cpuSeconds();
  for (let [atMs, at] = [beganMs, began]; ; ) {
    await sleep(LOOK_EVERY_MS);
    const [nowMs, now] = [performance.now(), cpuSeconds()];
    const cores = (now - at) / ((nowMs - atMs) / 1_000);
    // The last look found nothing more: what there was had ended by the one before.
    if (cores < QUIET_CORES) return { seconds: (atMs - beganMs) / 1_000, cpuSeconds: at - began };
    if (nowMs - beganMs > SETTLE_LIMIT_MS) {
      throw new Error(`after ${SETTLE_LIMIT_MS / 1_000} s without load ${cores} cores are in use`);
    }
    [atMs, at] = [nowMs, now];
  }
}
