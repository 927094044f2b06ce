import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Moments } from "../../src/watch/moments.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
});

/** Proposals so long after each other. */
async function proposals(moments: Moments, ...intervalsMs: readonly number[]): Promise<void> {
  for (const intervalMs of intervalsMs) {
    await vi.advanceTimersByTimeAsync(intervalMs);
    moments.proposed();
  }
}

/** Asks for the next moment, `inMs` from now on at the earliest. */
function asked(moments: Moments, inMs = 0): { cameAtMs: number | undefined } {
  const moment: { cameAtMs: number | undefined } = { cameAtMs: undefined };
  const askedAtMs = performance.now();
  void moments.next(askedAtMs + inMs).then(() => {
    moment.cameAtMs = performance.now() - askedAtMs;
  });
  return moment;
}

describe("the moment for something else", () => {
  it("is the next turn where nothing is proposed", async () => {
    const moment = asked(new Moments());
    await Promise.resolve();
    expect(moment.cameAtMs).toBeUndefined();
    await vi.advanceTimersByTimeAsync(0);
    expect(moment.cameAtMs).toBe(0);
  });

  it("does not wait behind a lone proposal", async () => {
    const moments = new Moments();
    await proposals(moments, 0, 1_000);
    const moment = asked(moments);
    await vi.advanceTimersByTimeAsync(0);
    expect(moment.cameAtMs).toBe(0);
  });

  it("is behind the next proposal where they follow each other", async () => {
    const moments = new Moments();
    await proposals(moments, 0, 2);
    const moment = asked(moments);
    await vi.advanceTimersByTimeAsync(1);
    expect(moment.cameAtMs).toBeUndefined();
    await proposals(moments, 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(moment.cameAtMs).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("lets proposals pass that come too early", async () => {
    const moments = new Moments();
    await proposals(moments, 0, 2);
    const moment = asked(moments, 5);
    await proposals(moments, 2, 2);
    expect(moment.cameAtMs).toBeUndefined();
    await proposals(moments, 2);
    await vi.advanceTimersByTimeAsync(0);
    expect(moment.cameAtMs).toBe(6);
  });

  it("is the next turn for who is late already", async () => {
    const moments = new Moments();
    await proposals(moments, 0, 2);
    const moment = asked(moments, -8);
    await vi.advanceTimersByTimeAsync(0);
    expect(moment.cameAtMs).toBe(0);
  });

  it("comes soon when the proposals have stopped", async () => {
    const moments = new Moments();
    await proposals(moments, 0, 2);
    const moment = asked(moments, 5);
    await vi.advanceTimersByTimeAsync(12);
    expect(moment.cameAtMs).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(moment.cameAtMs).toBe(13);
  });
});
