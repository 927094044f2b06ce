import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Pacer } from "../../src/watch/pacer.ts";

/** How much of its time the leader is at work. */
let utilization = 0;

beforeEach(() => {
  utilization = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "performance"] });
  vi.spyOn(performance, "eventLoopUtilization").mockImplementation(() => {
    const active = 10_000 * utilization;
    return { active, idle: 10_000 - active, utilization };
  });
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
});

/** Work that takes so much CPU, on events that are so far behind. */
async function spend(pacer: Pacer, cpuMs: number, behindMs = 0): Promise<void> {
  const used = { user: cpuMs * 1_000, system: 0 };
  vi.spyOn(process, "threadCpuUsage").mockReturnValue(used);
  await pacer.spend(behindMs, () => undefined);
}

async function pausedMs(pacer: Pacer): Promise<number> {
  const startedAtMs = performance.now();
  const paused = pacer.pause();
  await vi.runAllTimersAsync();
  await paused;
  return performance.now() - startedAtMs;
}

/** One that has looked how busy its leader is. */
async function pacer(): Promise<Pacer> {
  const made = new Pacer();
  await vi.advanceTimersByTimeAsync(1_000);
  await pausedMs(made);
  return made;
}

describe("the share of a leader's time", () => {
  it.each([
    ["a twentieth", 0, 0.05],
    ["more of it when they are a second behind", 1_000, 0.076],
    ["a tenth when they are four seconds behind", 4_000, 0.102],
    ["half of it when they are five minutes behind", 300_000, 0.5],
    ["no more than that", 3_000_000, 0.5],
  ])("that is at work: events get %s", async (_, behindMs, share) => {
    utilization = 0.9;
    const busy = await pacer();
    await spend(busy, 10, behindMs);
    // Of what an event costs, a quarter is spent here; what was left unused before is 20 ms at most.
    expect(await pausedMs(busy)).toBeCloseTo(40 / share - 20, -1);
    await spend(busy, 10, behindMs);
    expect(await pausedMs(busy)).toBeCloseTo(40 / share, -1);
  });

  it("has no bound while it has nothing else to do", async () => {
    utilization = 0.2;
    const idle = await pacer();
    for (let n = 0; n < 100; n += 1) {
      await spend(idle, 1);
      expect(await pausedMs(idle)).toBeLessThan(2);
    }
  });

  it("has no bound while events alone are what keeps it busy", async () => {
    utilization = 1;
    const idle = await pacer();
    await spend(idle, 5_000);
    await vi.advanceTimersByTimeAsync(100);
    expect(await pausedMs(idle)).toBeLessThan(2);
  });
});
