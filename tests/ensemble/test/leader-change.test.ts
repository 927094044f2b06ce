import { FAULTLESS, until, verify, Writers } from "@meerkat/workload";
import { describe, expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";

/** `npm run bench -- failover` measures the pause; here it only must not be an endless one. */
const PAUSE_MAX_MS = 3_000;

describe("a leader change is a pause, not an error", () => {
  it.each([
    ["killed", "SIGKILL"],
    ["stopped", "SIGSTOP"],
  ] as const)("when the leader is %s", async (_how, signal) => {
    await using ensemble = await Ensemble.start();
    await using client = ensemble.client();
    await client.create("/load", "");
    const writers = new Writers({ urls: ensemble.stack.urls, parent: "/load", count: 16 });
    await until("100 writes", () => (writers.acknowledged.length >= 100 ? true : undefined));

    const old = await ensemble.leader();
    ensemble.stack.process(old).signal(signal);
    const goal = writers.acknowledged.length + 500;
    await until("writes go on", () => (writers.acknowledged.length >= goal ? true : undefined));
    expect(await ensemble.leader()).not.toBe(old);

    if (signal === "SIGSTOP") {
      // The old leader wakes up in the past; nobody may believe it.
      ensemble.stack.process(old).signal("SIGCONT");
      const more = writers.acknowledged.length + 500;
      await until("writes go on", () => (writers.acknowledged.length >= more ? true : undefined));
    }
    await writers.stop();
    expect(writers.complaints).toEqual([]);
    expect(writers.broken).toBe(0);
    expect(writers.longestPauseMs()).toBeLessThan(PAUSE_MAX_MS);
    expect(await verify(client, "/load", writers.acknowledged)).toEqual(FAULTLESS);
    const { digests } = await ensemble.converged();
    expect(digests.size).toBe(1);
  });
});
