import { FAULTLESS, shuffled, until, verify, Writers } from "@meerkat/workload";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";

/** How often each process is killed; more rounds with MEERKAT_CHAOS_ROUNDS. */
const ROUNDS = Number(process.env.MEERKAT_CHAOS_ROUNDS ?? "2");
const SEED = Number(process.env.MEERKAT_CHAOS_SEED ?? "1");

type Target = "leader" | "follower" | "election-1" | "election-3" | "gateway-2" | "nats-1";
const TARGETS: readonly Target[] = [
  "leader",
  "follower",
  "election-1",
  "election-3",
  "gateway-2",
  "nats-1",
];

async function nameOf(ensemble: Ensemble, target: Target): Promise<string> {
  if (target === "leader") return await ensemble.leader();
  if (target === "follower") return await ensemble.follower();
  return target;
}

it(
  "kill -9 of every kind of process under load: each acknowledged write is there exactly once",
  async () => {
    await using ensemble = await Ensemble.start();
    await using client = ensemble.client();
    await client.create("/load", "");
    const writers = new Writers({ urls: ensemble.stack.urls, parent: "/load", count: 32 });
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const target of shuffled(TARGETS, SEED + round)) {
        const name = await nameOf(ensemble, target);
        ensemble.stack.process(name).signal("SIGKILL");
        const goal = writers.acknowledged.length + 500;
        await until(`500 writes after the death of ${name}`, () =>
          writers.acknowledged.length >= goal ? true : undefined,
        );
        await until("every server is back", async () => {
          const servers = await ensemble.servers();
          const fresh = servers.filter(({ ageMs, established }) => ageMs < 2_500 && established);
          return fresh.length === 5 ? true : undefined;
        });
      }
    }
    await writers.stop();

    expect(await verify(client, "/load", writers.acknowledged)).toEqual(FAULTLESS);
    const { digests } = await ensemble.converged();
    expect(digests.size).toBe(1);
    // Only the connections of the killed gateway broke; nobody was told of a leader change.
    expect(writers.complaints).toEqual([]);
  },
  60_000 + ROUNDS * 60_000,
);
