import { setTimeout } from "node:timers/promises";
import { until } from "@meerkat/workload";
import { CreateMode, createClient, type State } from "node-zookeeper-client";
import { expect, it } from "vitest";
import { Ensemble } from "../src/ensemble.ts";

const TIMEOUT_MS = 9_000;
/** Hung, then killed and started again: shorter than the timeout, longer than two thirds of it. */
const HANG_MS = 6_500;
/** Clients begin one after another, so that some have just been heard of and some are about to be. */
const CLIENTS = 6;

it("clients of ZooKeeper's protocol keep connection and session when there is no leader for most of their timeout", async () => {
  await using ensemble = await Ensemble.start({ gateways: 1 });
  const clients: { states: string[]; client: ReturnType<typeof createClient> }[] = [];
  for (let n = 0; n < CLIENTS; n += 1) {
    const address = `127.0.0.1:${ensemble.stack.options.zookeeperPort}`;
    const client = createClient(address, { sessionTimeout: TIMEOUT_MS });
    const states: string[] = [];
    client.on("state", (state: State) => states.push(state.name));
    clients.push({ client, states });
    client.connect();
    await until("connected", () => (states.includes("SYNC_CONNECTED") ? true : undefined));
    await call((done) => client.create(`/of-${n}`, CreateMode.EPHEMERAL, done));
    await setTimeout(TIMEOUT_MS / 3 / CLIENTS);
  }
  try {
    const replicas = ensemble.stack.names.filter((name) => name.startsWith("replica"));
    for (const name of replicas) ensemble.stack.process(name).signal("SIGSTOP");
    const [first] = clients;
    const written = call((done) => first?.client.setData("/of-0", Buffer.from("x"), done));
    await setTimeout(HANG_MS);
    for (const name of replicas) ensemble.stack.process(name).signal("SIGKILL");
    await written;
    for (const [n, { client, states }] of clients.entries()) {
      expect(states, `client ${n}`).toEqual(["SYNC_CONNECTED"]);
      await call((done) => client.exists(`/of-${n}`, done));
    }
    const servers = await ensemble.servers();
    expect(Math.max(...servers.map(({ epoch }) => epoch))).toBeGreaterThan(1);
  } finally {
    for (const { client } of clients) client.close();
  }
}, 60_000);

function call(ask: (done: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    ask((error) => (error ? reject(error) : resolve()));
  });
}
