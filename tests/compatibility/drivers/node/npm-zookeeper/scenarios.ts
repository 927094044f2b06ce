import ZooKeeper from "zookeeper";
import { ask, DEADLINE_MS, Events, type Scenarios, until } from "../driver.ts";
import { type Context, into, plainStat, type Stat } from "./context.ts";

const { constants } = ZooKeeper;
const TTL_MS = 3_600_000;

export const SCENARIOS: Scenarios<Context> = {
  "create-modes": {
    body: async (c) => {
      const modes = {
        persistent: constants.ZOO_PERSISTENT,
        ephemeral: constants.ZOO_EPHEMERAL,
        sequential: constants.ZOO_PERSISTENT_SEQUENTIAL,
        "ephemeral sequential": constants.ZOO_EPHEMERAL_SEQUENTIAL,
        container: constants.ZOO_CONTAINER,
      };
      for (const [name, mode] of Object.entries(modes)) {
        await c.step(name, () => c.client.create(`${c.root}/${name}-`, "x", mode));
      }
      const ttl = constants.ZOO_PERSISTENT_WITH_TTL;
      await c.step("ttl", () => c.client.create(`${c.root}/ttl`, "x", ttl, TTL_MS));
      await c.step("children", () => c.children(c.root));
      await c.step("stat", () => c.stat(c.root));
    },
  },
  "create-failures": {
    body: async (c) => {
      const z = c.client;
      await z.create(`${c.root}/e`, "", constants.ZOO_EPHEMERAL);
      await c.step("exists", () => z.create(`${c.root}/e`, "", 0));
      await c.step("no parent", () => z.create(`${c.root}/none/x`, "", 0));
      await c.step("below an ephemeral", () => z.create(`${c.root}/e/x`, "", 0));
      await c.step("control character", () => z.create(`${c.root}/\u0001`, "", 0));
      await c.step("slash at the end", () => z.create(`${c.root}/x/`, "", 0));
    },
  },
  data: {
    body: async (c) => {
      const z = c.client;
      const path = `${c.root}/n`;
      await c.step("exists: missing", () => z.exists(path, false));
      await c.step("pathExists", () => z.pathExists(path, false));
      await c.step("get: missing", () => z.get(path, false));
      await c.step("set: missing", () => z.set(path, "x", -1));
      await z.create(path, "zero", 0);
      await c.step("set", async () => plainStat((await z.set(path, "one", 0)) as unknown as Stat));
      await c.step("wrong version", () => z.set(path, "two", 0));
      await c.step("get", () => c.get(path));
      await c.step("exists", () => c.stat(path));
      await c.step("children", () => c.children(path));
      await c.step("children of a missing one", () => c.children(`${c.root}/none`));
      await c.step("sync", () => z.sync(c.root));
      await c.step("delete: version", () => z.delete_(path, 9));
      await c.step("delete", () => z.delete_(path, 1));
      await c.step("delete: missing", () => z.delete_(path, -1));
    },
  },
  acl: {
    body: async (c) => {
      const z = c.client;
      const path = `${c.root}/n`;
      const list = async (): Promise<unknown> => ((await z.get_acl(path)) as [unknown])[0];
      // Not of a missing one: the binding crashes at that error, with any server.
      await z.create(path, "x", 0);
      await c.step("default", list);
      const only = (perms: number, scheme: string, auth: string) => [{ perms, scheme, auth }];
      await c.step("bad scheme", () => z.set_acl(path, -1, only(31, "none", "x")));
      await c.step("wrong version", () => z.set_acl(path, 4, only(31, "world", "anyone")));
      await c.step("read alone", () => z.set_acl(path, 0, only(1, "world", "anyone")));
      await c.step("not written any more", () => untilRefused(() => z.set(path, "y", -1)));
      await c.step("get", list);
      await c.step("auth", () => authenticate(c, "digest", "me:secret"));
      await c.step("unknown scheme", () => authenticate(c, "nothing", "x"));
      await c.step("is beyond recovery", () => c.client.state);
    },
  },
  watches: {
    body: async (c) => {
      const z = c.client;
      const events = new Events();
      const path = `${c.root}/n`;
      await c.step("exists of a missing one", () => z.w_exists(path, into(events, "exists")));
      await z.create(path, "", 0);
      await c.step("created", () => events.take(1));
      await z.w_get(path, into(events, "data"));
      await z.w_get_children(path, into(events, "children"));
      await z.w_get_children2(c.root, into(events, "parent"));
      await z.set(path, "1", -1);
      await c.step("changed", () => events.take(1));
      await z.create(`${path}/c`, "", 0);
      await c.step("child", () => events.take(1));
      await z.delete_(`${path}/c`, -1);
      await z.w_get(path, into(events, "data"));
      await z.delete_(path, -1);
      await c.step("deleted", () => events.takeSorted(2));
    },
  },
  sessions: {
    body: async (c) => {
      for (const timeout of [1_000, 4_000, 12_345, 100_000]) {
        const client = await c.connect(c.hosts, timeout);
        c.record(`asked for ${timeout}`, client.timeout);
      }
      const owner = await c.connect();
      c.record("password", owner.client_password.length);
      await owner.create(`${c.root}/e`, "", constants.ZOO_EPHEMERAL);
      owner.close();
      const events = new Events();
      await c.client.sync(c.root);
      await c.client.w_exists(`${c.root}/e`, into(events, "exists")).then(
        () => events.take(1),
        () => [],
      );
      await c.step("the ephemeral goes", () => c.client.exists(`${c.root}/e`, false));
      const inside = await c.connect(c.hosts + c.root);
      await c.step("chroot", () => inside.create("/n", "x", 0));
      await c.step("outside", async () => {
        await c.client.sync(c.root);
        return c.children(c.root);
      });
    },
  },
  configuration: {
    body: async (c) => {
      const z = c.client;
      await c.step("get", async () => ((await z.getconfig(false)) as unknown as unknown[]).length);
      await c.step("reconfig", () => z.reconfig("server.9=127.0.0.1:1:2;3", "", "", -1));
      await c.step("and goes on", async () => (await c.stat(c.root)) !== null);
      await c.step("mkdirp", () => makeFolders(c, `${c.root}/a/b/c`));
      await c.step("made", () => c.children(`${c.root}/a/b`));
    },
  },
  "server-killed": {
    disruptive: true,
    body: async (c) => {
      const [first = "", ...others] = c.hosts.split(",");
      const z = await c.connect();
      const writer = await c.connect(others.join(","));
      const port = Number(first.split(":")[1]);
      const session = z.client_id;
      const events = new Events();
      await z.create(`${c.root}/e`, "", constants.ZOO_EPHEMERAL);
      await z.create(`${c.root}/n`, "0", 0);
      await z.create(`${c.root}/quiet`, "0", 0);
      await z.w_get(`${c.root}/n`, into(events, "data"));
      await z.w_get(`${c.root}/quiet`, into(events, "quiet"));
      await z.w_get_children(c.root, into(events, "children"));
      await ask("kill", port);
      await writer.set(`${c.root}/n`, "1", -1);
      await writer.create(`${c.root}/m`, "", 0);
      await c.step("catches up", () => events.takeSorted(2));
      await writer.set(`${c.root}/quiet`, "1", -1);
      await c.step("the quiet one is set again", () => events.take(1));
      await until(() => z.state === 3);
      await c.step("the same session", () => z.client_id === session);
      await c.step("its ephemeral", () => c.stat(`${c.root}/e`, z));
      await ask("start", port);
    },
  },
};

/** ZooKeeper's leader checks by what it has applied, which may be less than what was acknowledged. */
async function untilRefused(action: () => Promise<unknown>): Promise<string> {
  const endMs = Date.now() + DEADLINE_MS;
  while (Date.now() < endMs) {
    const refusal = await action().then(
      () => undefined,
      (error: unknown) => String(error).match(/-\d+/)?.[0],
    );
    if (refusal !== undefined) return refusal;
  }
  return "never";
}

function authenticate(c: Context, scheme: string, credential: string): Promise<number> {
  return new Promise((resolve) => c.client.add_auth(scheme, credential, resolve));
}

function makeFolders(c: Context, path: string): Promise<unknown> {
  return new Promise((resolve) =>
    c.client.mkdirp(path, (error: unknown, done: unknown) => resolve(error ?? done)),
  );
}
