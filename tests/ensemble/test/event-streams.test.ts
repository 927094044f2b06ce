import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { changesOfLog, changesOfStream, inspectLog, until } from "@meerkat/workload";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";
import { EventFollower } from "../src/event-follower.ts";
import { MixedLoad } from "../src/mixed-load.ts";

/** How many processes are killed; more with MEERKAT_WATCH_CHAOS_KILLS, others with MEERKAT_CHAOS_SEED. */
const KILLS = Number(process.env.MEERKAT_WATCH_CHAOS_KILLS ?? "4");
const SEED = Number(process.env.MEERKAT_CHAOS_SEED ?? "1");
const CLIENTS = 8;
const STEPS = 150;
const LAST = "/the-last-change";
/** Before everything that ever happened. */
const BEGINNING = "0x0-end";

async function victim(ensemble: Ensemble, n: number): Promise<string> {
  return n % 2 === 0 ? `gateway-${1 + ((n / 2) % 2)}` : await ensemble.leader(1 + (n % 2));
}

it.each([
  ["memory", {}],
  // Next to nothing: whoever comes back goes on from JetStream.
  ["the stream", { MEERKAT_WATCH_RECENT_CHANGES_MAX: "64" }],
])(
  "gateways and leaders die under load: who follows is told every change once, in order, from %s",
  async (_, gateway) => {
    await using ensemble = await Ensemble.start({ environmentOf: { gateway } });
    const { stack, dataDir } = ensemble;
    const followers = [0, 1, 0].map((begin) => new EventFollower(stack.urls, begin, BEGINNING));
    const load = new MixedLoad(stack.urls, CLIENTS, SEED);
    const killed: string[] = [];
    for (let n = 0; n < KILLS; n += 1) {
      const goal = load.answered + STEPS;
      await until(`${goal} steps`, () => (load.answered >= goal ? true : undefined));
      const name = await victim(ensemble, n);
      ensemble.stack.process(name).signal("SIGKILL");
      killed.push(name);
      followers[n % followers.length]?.cut();
      await until(`${name} is back, and a replica leads`, async () => {
        const servers = await ensemble.servers(name === "gateway-1" ? 2 : 1);
        const fresh = servers.filter(({ ageMs, established }) => ageMs < 2_500 && established);
        return fresh.length === 5 ? true : undefined;
      });
    }
    await load.stop();
    await using client = ensemble.client();
    await client.create(LAST, "");
    for (const { events } of followers) {
      await until("the last change is told", () =>
        events.at(-1)?.payload.includes(`"${LAST}"`) === true ? true : undefined,
      );
    }
    await Promise.all(followers.map((follower) => follower.stop()));
    await ensemble.converged();
    await stack.process("replica-1").stop(8_000);

    const changes = changesOfLog(inspectLog(dataDir, "replica-1"));
    console.info(
      `killed ${killed.join(", ")}: ${changes.length} events, ` +
        followers.map(({ streams, ends }) => `${streams} streams (${ends.join()})`).join(", "),
    );
    for (const { messages, refusals } of followers) {
      expect(refusals.filter((text) => !text.startsWith("503"))).toEqual([]);
      expect(changesOfStream(messages)).toEqual(changes);
    }
  },
  90_000 + KILLS * 20_000,
);

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

it.skipIf(!hasCurl)("curl -N is a client (skipped where there is no curl)", async () => {
  await using ensemble = await Ensemble.start();
  const url = `${ensemble.stack.urls[1]}/v1/watch?path=/app&recursive=true`;
  const curl: ChildProcess = spawn("curl", ["-sN", url], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  curl.stdout?.setEncoding("utf8").on("data", (some: string) => {
    text += some;
  });
  try {
    await until("the stream begins", () => (text.includes(": watching") ? true : undefined));
    await using client = ensemble.client();
    await client.create("/app", "hello");
    await until("it is told", () => (text.includes("event: NodeCreated") ? true : undefined));
    expect(text).toContain('"path":"/app"');
    expect(text).toContain('"data":"hello"');
  } finally {
    curl.kill();
  }
});
