import { rmSync } from "node:fs";
import { join } from "node:path";
import { FAULTLESS, until, verify, Writers } from "@meerkat/workload";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";

/** Transactions that pass while a replica is away; the full size with MEERKAT_AWAY_TXNS=100000. */
const AWAY_TXNS = Number(process.env.MEERKAT_AWAY_TXNS ?? "5000");
/** Small, so that the log that the absent one would need is behind the snapshots meanwhile … */
const snapshots = { MEERKAT_SNAPSHOT_TXNS: String(Math.floor(AWAY_TXNS / 5)) };
/** … and purged. */
const purging = { ...snapshots, MEERKAT_LOG_KEEP_BYTES: "0" };

it.each([
  ["away for many transactions", purging, false],
  ["away for transactions that the log still has", snapshots, false],
  ["back with an empty folder", purging, true],
] as const)(
  "a replica %s catches up while writes go on",
  async (_what, environment, wiped) => {
    await using ensemble = await Ensemble.start({ restart: false, environment });
    await using client = ensemble.client();
    await client.create("/load", "");
    const writers = new Writers({ urls: ensemble.stack.urls, parent: "/load", count: 32 });
    const name = await ensemble.follower();
    const replica = ensemble.stack.process(name);
    await replica.kill();
    if (wiped) rmSync(join(ensemble.dataDir, name), { recursive: true });

    await until(
      `${AWAY_TXNS} transactions`,
      () => (writers.acknowledged.length >= AWAY_TXNS ? true : undefined),
      120_000,
    );
    replica.start();
    await until("it follows", async () => {
      const servers = await ensemble.servers();
      const it = servers.find((server) => server.name === name);
      return it?.established === true && it.ageMs < 2_000 ? true : undefined;
    });
    await writers.stop();
    expect(await verify(client, "/load", writers.acknowledged)).toEqual(FAULTLESS);
    const { digests } = await ensemble.converged();
    expect(digests.size).toBe(1);
    expect(writers.complaints).toEqual([]);

    // Its word counts again: with another replica gone, it is needed for every write.
    const third = ensemble.stack.names.find(
      (other) => other.startsWith("replica") && other !== name,
    );
    await ensemble.stack.process(third ?? "").kill();
    await until("a write with its voice", async () => {
      await client.set("/load", "after");
      return true;
    });
  },
  180_000,
);
