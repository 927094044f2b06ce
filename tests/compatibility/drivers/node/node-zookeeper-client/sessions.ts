import zookeeper from "node-zookeeper-client";
import { ask, Events, type Scenarios, until } from "../driver.ts";
import { type Context, plainEvent, portOf } from "./context.ts";

/** Watches, sessions, servers that die. */
export const SESSIONS: Scenarios<Context> = {
  watches: {
    body: async (c) => {
      const events = new Events();
      const into =
        (watcher: string) =>
        (event: zookeeper.Event): void =>
          events.add({ watcher, ...plainEvent(event) });
      const path = `${c.root}/n`;
      await c.exists(path, c.client, into("exists"));
      await c.create(path);
      await c.step("created", () => events.take(1));
      await c.get(path, c.client, into("data"));
      await c.children(path, c.client, into("children"));
      await c.children(c.root, c.client, into("parent"));
      await c.set(path, "1");
      await c.step("changed", () => events.take(1));
      await c.create(`${path}/child`);
      await c.step("child", () => events.take(1));
      await c.remove(`${path}/child`);
      await c.get(path, c.client, into("data"));
      await c.remove(path);
      await c.step("deleted", () => events.takeSorted(2));
      await c.step("none on a missing one", () => c.get(path, c.client, into("none")));
      await c.create(path);
      await c.exists(path, c.client, into("exists"));
      await c.set(path, "2");
      await c.step("once each", () => events.take(1));
    },
  },
  chroot: {
    body: async (c) => {
      const inside = await c.connect(c.hosts + c.root);
      const events = new Events();
      await c.step("create", () => c.create("/n", "x", inside));
      await c.catchUp();
      await c.step("outside", () => c.get(`${c.root}/n`));
      await c.step("children", () => c.children("/", inside));
      await c.get("/n", inside, (event) => events.add(plainEvent(event)));
      await c.set(`${c.root}/n`, "y");
      await c.step("event", () => events.take(1));
      const nowhere = await c.connect(`${c.hosts}${c.root}/none`);
      await c.step("a chroot that is missing", () => c.create("/n", "x", nowhere));
    },
  },
  session: {
    body: async (c) => {
      for (const timeout of [1_000, 4_000, 20_000, 100_000]) {
        const client = await c.connect(c.hosts, timeout);
        c.record(`asked for ${timeout}`, client.getSessionTimeout());
      }
      const owner = await c.connect();
      c.record("password", owner.getSessionPassword().length);
      await c.createAs(`${c.root}/e`, zookeeper.CreateMode.EPHEMERAL, owner);
      owner.close();
      await c.step("state", () => until(() => owner.getState() === zookeeper.State.DISCONNECTED));
      await c.step("the ephemeral goes", () => goes(c, `${c.root}/e`));
    },
  },
  "auth-failure": {
    body: async (c) => {
      const client = await c.connect();
      const states: string[] = [];
      client.on("state", (state) => states.push(state.name));
      client.addAuthInfo("nothing", Buffer.from("x"));
      await c.step("states", async () => {
        await until(() => states.includes("AUTH_FAILED"));
        return states[0];
      });
    },
  },
  "session-expires": {
    body: async (c) => {
      const owner = await c.connect(c.hosts, 4_000);
      await c.createAs(`${c.root}/e`, zookeeper.CreateMode.EPHEMERAL, owner);
      silence(owner);
      await c.step("the ephemeral goes", () => goes(c, `${c.root}/e`));
    },
  },
  "server-killed": {
    disruptive: true,
    body: async (c) => {
      const client = await c.connect();
      const port = portOf(client);
      const session = client.getSessionId().toString("hex");
      const others = c.hosts.split(",").filter((host) => !host.endsWith(`:${port}`));
      const writer = await c.connect(others.join(","));
      const states: string[] = [];
      client.on("state", (state) => states.push(state.name));
      const events = new Events();
      const into =
        (watcher: string) =>
        (event: zookeeper.Event): void =>
          events.add({ watcher, ...plainEvent(event) });
      await c.createAs(`${c.root}/e`, zookeeper.CreateMode.EPHEMERAL, client);
      await c.create(`${c.root}/n`, "0", client);
      await c.create(`${c.root}/q`, "0", client);
      await c.get(`${c.root}/n`, client, into("data"));
      await c.get(`${c.root}/q`, client, into("quiet"));
      await c.exists(`${c.root}/m`, client, into("exists"));
      await c.children(c.root, client, into("children"));
      await ask("kill", port);
      await c.set(`${c.root}/n`, "1", -1, writer);
      await c.create(`${c.root}/m`, "1", writer);
      await c.step("catches up", () => events.takeSorted(3));
      await c.set(`${c.root}/q`, "1", -1, writer);
      await c.step("the quiet one is set again", () => events.take(1));
      await c.step("the same session", () => client.getSessionId().toString("hex") === session);
      await c.step("states", () => states);
      await c.step("its ephemeral", async () => (await c.exists(`${c.root}/e`, client)) !== null);
      await c.step("writes go on", () => c.set(`${c.root}/e`, "2", -1, client));
      await ask("start", port);
    },
  },
};

/** Waits for the end of a node that was there, or has gone already. */
async function goes(c: Context, path: string): Promise<boolean> {
  await c.catchUp();
  const events = new Events();
  const there = await c.exists(path, c.client, (event) => events.add(plainEvent(event)));
  if (there !== null) await events.take(1);
  return (await c.exists(path)) === null;
}

/** As if the process had been killed: no byte goes out any more, nothing is closed. */
function silence(client: zookeeper.Client): void {
  const { connectionManager } = client as unknown as {
    connectionManager: { socket: { destroy(): void }; findNextServer(): void };
  };
  connectionManager.findNextServer = () => undefined;
  connectionManager.socket.destroy();
}
