import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FAULTLESS, until, verify, Writers } from "@meerkat/workload";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";

it("kill -9 of all processes at once under load loses nothing that was acknowledged", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "meerkat-power-"));
  try {
    const before = await Ensemble.start({ dataDir });
    await before.client().create("/load", "");
    const writers = new Writers({ urls: before.stack.urls, parent: "/load", count: 32 });
    await until("2000 writes", () => (writers.acknowledged.length >= 2000 ? true : undefined));
    const stopped = writers.stop();
    await before.stack.killAll();
    const acknowledged = [...writers.acknowledged];

    await using after = await Ensemble.start({ dataDir, ...portsOf(before) });
    // Writers whose answer was cut off try the same keys again on the ensemble that came back.
    await stopped;
    await using client = after.client(2);
    expect(await verify(client, "/load", writers.acknowledged)).toEqual(FAULTLESS);
    expect(writers.acknowledged.length).toBeGreaterThanOrEqual(acknowledged.length);
    const { digests } = await after.converged();
    expect(digests.size).toBe(1);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

function portsOf(ensemble: Ensemble): { natsPort: number; httpPort: number } {
  const { natsPort, httpPort } = ensemble.stack.options;
  return { natsPort, httpPort };
}
