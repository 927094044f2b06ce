import { Client, until } from "@meerkat/workload";
import { healthy } from "./health.ts";
import { PARENT, type World } from "./world.ts";

/** One thing that happens to a stack under load. Resolves to what a reader of the report wants to know of it. */
export interface Fault {
  readonly name: string;
  run(world: World): Promise<string>;
}

/** Long enough that everybody has given the silent one up. */
const AWAY_MS = 8_000;

export const FAULTS: readonly Fault[] = [
  { name: "a replica dies", run: (world) => crash(world, () => world.replica("follower")) },
  { name: "the leader dies", run: (world) => crash(world, () => world.replica("leader")) },
  { name: "a gateway dies", run: (world) => crash(world, () => "gateway-2") },
  { name: "a NATS server dies", run: (world) => crash(world, () => "nats-2") },
  { name: "an elector dies", run: (world) => crash(world, () => "elector-1") },
  {
    name: "a replica is cut off and comes back",
    run: (world) => cutOff(world, () => world.replica("follower")),
  },
  {
    name: "the leader is cut off and comes back",
    run: (world) => cutOff(world, () => world.replica("leader")),
  },
];

async function crash(world: World, choose: () => Promise<string> | string): Promise<string> {
  const name = await choose();
  const container = world.stack.container(name);
  const before = await container.inspect("{{.State.StartedAt}}");
  const how = await container.crash();
  await world.lives();
  const look = async () => {
    const state = await container.inspect("{{.State.Running}} {{.State.StartedAt}}");
    return state.startsWith("true") && state !== `true ${before}` ? true : undefined;
  };
  await until(`${name} runs again`, look);
  // Others still count on its last word for a while: only the new process knows whether it takes part.
  await healthy(world.stack, name);
  await world.whole();
  return how === "crashed"
    ? `${name}, kill -9; its restart policy brought it back`
    : `${name}, killed and started by the engine`;
}

async function cutOff(world: World, choose: () => Promise<string>): Promise<string> {
  const name = await choose();
  const { network } = world.stack;
  const container = world.stack.container(name);
  await container.disconnect(network);
  await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
  await world.lives();
  const leader = await world.replica("leader");
  await container.connect(network);
  await world.lives();
  await world.whole();
  return `${name}, without a network for ${AWAY_MS / 1_000} s; meanwhile ${leader} led`;
}

/** Not a fault, but a change under load as well: the new gateway fetches the tree, and serves. */
export const GROWTH: Fault = {
  name: "a gateway is added",
  run: async (world) => {
    const url = await world.stack.addGateway(3);
    await world.stack.ready(url);
    world.gateways += 1;
    await world.whole();
    await using client = new Client(url);
    await client.create(`${PARENT}-by-gateway-3`, "here");
    const { data } = await client.get(`${PARENT}-by-gateway-3`, "?consistency=linearizable");
    return `gateway-3 at ${url} wrote and read "${data}"`;
  },
};
