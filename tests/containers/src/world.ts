import { Client, leaderOf, presentServers, until, Writers } from "@meerkat/workload";
import { type ComposeStack, GATEWAYS, REPLICAS } from "./compose-stack.ts";

export const PARENT = "/load";
/** So many acknowledged writes say that the stack lives. */
const LIFE_WRITES = 500;
const LIVE_LIMIT_MS = 60_000;

/** A stack under load, as the steps see it. */
export class World implements AsyncDisposable {
  readonly stack: ComposeStack;
  readonly writers: Writers;
  readonly client: Client;
  gateways: number = GATEWAYS.length;

  private constructor(stack: ComposeStack, client: Client, writers: Writers) {
    this.stack = stack;
    this.client = client;
    this.writers = writers;
  }

  static async start(stack: ComposeStack, count: number): Promise<World> {
    const urls = await stack.urls();
    const client = new Client(urls[0] ?? "");
    await client.create(PARENT, "");
    const world = new World(stack, client, new Writers({ urls, parent: PARENT, count }));
    await world.lives();
    return world;
  }

  /** Name of the replica that leads, or of one that does not. */
  async replica(role: "leader" | "follower"): Promise<string> {
    const leader = await until("a replica leads", () => leaderOf(this.client));
    const follower = REPLICAS.find((name) => name !== leader) ?? leader;
    return role === "leader" ? leader : follower;
  }

  /** Waits until writes are acknowledged again. */
  async lives(): Promise<void> {
    const goal = this.writers.acknowledged.length + LIFE_WRITES;
    const look = () => (this.writers.acknowledged.length >= goal ? true : undefined);
    await until(`${LIFE_WRITES} writes are acknowledged`, look, LIVE_LIMIT_MS);
  }

  /** Waits until every replica and gateway takes part again. */
  async whole(): Promise<void> {
    const count = REPLICAS.length + this.gateways;
    const look = async () =>
      (await presentServers(this.client)).length === count ? true : undefined;
    await until(`all ${count} servers take part`, look, LIVE_LIMIT_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.writers.stop();
    await this.client[Symbol.asyncDispose]();
  }
}
