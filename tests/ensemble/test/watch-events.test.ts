import { readStream } from "@meerkat/bus/testing";
import { changesOfLog, changesOfStream, inspectLog, until } from "@meerkat/workload";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";
import { MixedLoad } from "../src/mixed-load.ts";
import { Random } from "../src/random.ts";

/** How many processes are killed; more with MEERKAT_WATCH_CHAOS_KILLS, others with MEERKAT_CHAOS_SEED. */
const KILLS = Number(process.env.MEERKAT_WATCH_CHAOS_KILLS ?? "3");
const SEED = Number(process.env.MEERKAT_CHAOS_SEED ?? "1");

const STREAM = "meerkat_local_watch";
const LAST = "/the-last-change";
const CLIENTS = 8;
/** So small that a new leader has to read some of what is missing from its log, and some not. */
const SMALL_MEMORY = { MEERKAT_WATCH_RECENT_CHANGES: "32" };

/** Answers between two deaths, at random. */
const STEPS = { min: 50, range: 200 };

/** Leaders and NATS servers, at random, in the middle of the load. */
async function killAtRandom(ensemble: Ensemble, load: MixedLoad): Promise<readonly string[]> {
  const random = new Random(SEED);
  const killed: string[] = [];
  for (let n = 0; n < KILLS; n += 1) {
    const goal = load.answered + STEPS.min + random.below(STEPS.range);
    await until(`${goal} steps`, () => (load.answered >= goal ? true : undefined));
    // Both kinds in any run.
    const isNats = n === 1 || (n > 1 && random.below(3) === 0);
    const name = isNats ? "nats-1" : await ensemble.leader();
    ensemble.stack.process(name).signal("SIGKILL");
    killed.push(name);
    await until(`${name} is back, and a replica leads`, async () => {
      const servers = await ensemble.servers();
      const fresh = servers.filter(({ ageMs, established }) => ageMs < 2_500 && established);
      return fresh.length === 5 ? true : undefined;
    });
  }
  return killed;
}

it(
  "leaders and NATS servers die under load: the stream has every change of the log once, in order",
  async () => {
    await using ensemble = await Ensemble.start({ environment: SMALL_MEMORY });
    const { stack, dataDir } = ensemble;
    const url = `nats://127.0.0.1:${stack.options.natsPort}`;
    const load = new MixedLoad(stack.urls, CLIENTS, SEED);
    const killed = await killAtRandom(ensemble, load);
    await load.stop();
    await using client = ensemble.client();
    await client.create(LAST, "");
    const messages = await until("the last change is in the stream", async () => {
      const all = await readStream(url, STREAM);
      return all.at(-1)?.payload.includes(`"${LAST}"`) === true ? all : undefined;
    });
    await ensemble.converged();
    const replicas = stack.names.filter((name) => name.startsWith("replica"));
    await Promise.all(replicas.map((name) => stack.process(name).stop(8_000)));

    const events = changesOfStream(messages);
    const partial = messages.filter(({ payload }) => !payload.includes('"pzxid"')).length;
    console.info(
      `killed ${killed.join(", ")}: ${events.length} events, ${partial} without full stat`,
    );
    expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, i) => i + 1));
    for (const name of replicas) {
      expect(events).toEqual(changesOfLog(inspectLog(dataDir, name)));
    }
  },
  60_000 + KILLS * 15_000,
);
