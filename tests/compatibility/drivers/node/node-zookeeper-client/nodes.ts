import zookeeper from "node-zookeeper-client";
import { DEADLINE_MS, type Scenarios } from "../driver.ts";
import { type Context, call, nameOf, plainStat } from "./context.ts";

const { CreateMode } = zookeeper;
/** Newer than the types are. */
const CONTAINER = 4;
const ACLS = zookeeper.ACL as unknown as Record<
  "OPEN_ACL_UNSAFE" | "CREATOR_ALL_ACL",
  zookeeper.ACL[]
>;

/** Nodes, ACLs and transactions. */
export const NODES: Scenarios<Context> = {
  "create-modes": {
    body: async (c) => {
      for (const [name, mode] of Object.entries(CreateMode)) {
        if (typeof mode !== "number") continue;
        await c.step(name, () => c.createAs(`${c.root}/${name}-`, mode));
      }
      await c.step("without data", () =>
        call<string>((done) => c.client.create(`${c.root}/bare`, done)),
      );
      await c.step("its data", () => c.get(`${c.root}/bare`));
      await c.step("children", () => c.children(c.root));
      await c.step("mkdirp", () =>
        call<string>((done) => c.client.mkdirp(`${c.root}/a/b/c`, done as never)),
      );
      await c.step("mkdirp again", () =>
        call<string>((done) => c.client.mkdirp(`${c.root}/a/b/c`, done as never)),
      );
      await c.step("sub tree", () =>
        call<string[]>((done) =>
          (c.client as unknown as SubTree).listSubTreeBFS(`${c.root}/a`, done),
        ),
      );
    },
  },
  "create-failures": {
    body: async (c) => {
      await c.createAs(`${c.root}/e`, CreateMode.EPHEMERAL);
      await c.step("exists", () => c.create(`${c.root}/e`));
      await c.step("no parent", () => c.create(`${c.root}/none/x`));
      await c.step("below an ephemeral", () => c.create(`${c.root}/e/x`));
      await c.step("bad path", () => c.create(`${c.root}/x/`));
      await c.step("control character", () => c.create(`${c.root}/\u0001`));
      await c.step("container: exists", () => c.createAs(`${c.root}/e`, CONTAINER));
      await c.step("no acl", () =>
        call<string>((done) => c.client.create(`${c.root}/x`, [], done as never)),
      );
    },
  },
  delete: {
    body: async (c) => {
      await c.create(`${c.root}/a`);
      await c.create(`${c.root}/a/b`);
      await c.step("full", () => c.remove(`${c.root}/a`));
      await c.step("version", () => c.remove(`${c.root}/a/b`, 4));
      await c.step("missing", () => c.remove(`${c.root}/none`));
      await c.step("done", () => c.remove(`${c.root}/a/b`, 0));
      await c.create(`${c.root}/a/c`);
      await c.step("recursive", () =>
        call<void>((done) =>
          (c.client as unknown as SubTree).removeRecursive(`${c.root}/a`, done as never),
        ),
      );
      await c.step("gone", () => c.exists(`${c.root}/a`));
    },
  },
  data: {
    body: async (c) => {
      const path = `${c.root}/n`;
      await c.step("exists: missing", () => c.exists(path));
      await c.step("get: missing", () => c.get(path));
      await c.step("set: missing", () => c.set(path, "x"));
      await c.create(path, "zero");
      await c.step("set", () => c.set(path, "one", 0));
      await c.step("wrong version", () => c.set(path, "two", 0));
      await c.step("get", () => c.get(path));
      await c.step("exists", () => c.exists(path));
      await c.step("to null", () =>
        call<zookeeper.Stat>((done) => c.client.setData(path, null as never, done)).then(plainStat),
      );
      await c.step("null comes back", () => c.get(path));
      await c.step("children of a missing one", () => c.children(`${c.root}/none`));
      await c.step("children of a leaf", () => c.children(path));
    },
  },
  "big-data": {
    body: async (c) => {
      const path = `${c.root}/big`;
      await c.create(path);
      // The frame: header 8, path 4 + n, data 4, version 4.
      const largest = 0xfffff - 8 - 4 - path.length - 4 - 4;
      const put = (bytes: number): Promise<number> =>
        call<zookeeper.Stat>((done) => c.client.setData(path, Buffer.alloc(bytes, 7), done)).then(
          (stat) => stat.dataLength - largest,
        );
      await c.step("the largest", () => put(largest));
      await c.step("comes back", async () => (await c.get(path))[0]?.length === largest);
      await c.step("more than the client lets through", () => put(1_048_577));
    },
  },
  acl: {
    body: async (c) => {
      const path = `${c.root}/n`;
      const { ACL, Id, Permission } = zookeeper;
      const set = (
        acls: zookeeper.ACL[],
        version = -1,
        client = c.client,
      ): Promise<object | null> =>
        call<zookeeper.Stat>((done) => client.setACL(path, acls, version, done)).then(plainStat);
      const get = (client = c.client): Promise<object> =>
        call<zookeeper.ACL[]>((done) => client.getACL(path, done as never)).then((acls) =>
          (acls as unknown as Acl[]).map(({ permission, id }) => ({ perms: permission, ...id })),
        );
      await c.step("missing", () => get());
      await c.create(path, "x");
      await c.step("default", () => get());
      await c.step("wrong version", () => set(ACLS.OPEN_ACL_UNSAFE, 5));
      await c.step("bad scheme", () => set([new ACL(Permission.ALL, new Id("none", "x"))]));
      await c.step("auth without any", () => set(ACLS.CREATOR_ALL_ACL));
      const mine = await c.connect();
      mine.addAuthInfo("digest", Buffer.from("me:secret"));
      await c.step("mine", () => set(ACLS.CREATOR_ALL_ACL, -1, mine));
      await c.step("I read", () => c.get(path, mine));
      await c.catchUp();
      await c.step("others do not", () => c.get(path));
      await c.step("nor write", () => untilRefused(() => c.set(path, "y")));
      await c.step("nor see the acl", () => get());
      await c.step("my acl", () => get(mine));
    },
  },
  transaction: {
    body: async (c) => {
      const commit = (
        build: (t: zookeeper.Transaction) => zookeeper.Transaction,
      ): Promise<object> =>
        new Promise((resolve) => {
          build(c.client.transaction()).commit((error, results) =>
            resolve({
              error: error ? (error as zookeeper.Exception).getName() : null,
              results: ((results ?? []) as unknown as Result[]).map(plainResult),
            }),
          );
        });
      const x = Buffer.from("x");
      const path = `${c.root}/a`;
      await c.step("all kinds", () =>
        commit((t) => t.create(path, x).setData(path, x, 0).check(path, 1).remove(path, 1)),
      );
      await c.step("sequential", () =>
        commit((t) =>
          t
            .create(`${c.root}/s-`, x, CreateMode.PERSISTENT_SEQUENTIAL)
            .create(`${c.root}/e-`, x, CreateMode.EPHEMERAL_SEQUENTIAL),
        ),
      );
      await c.step("refused", () =>
        commit((t) => t.create(path, x).check(c.root, 7).create(`${path}/b`, x)),
      );
      await c.step("first refused", () =>
        commit((t) => t.remove(`${c.root}/none`).create(path, x)),
      );
      await c.step("nothing came of it", () => c.children(c.root));
    },
  },
};

/** The types call it `perms`. */
interface Acl {
  readonly permission: number;
  readonly id: { readonly scheme: string; readonly id: string };
}

/** ZooKeeper's leader checks by what it has applied, which may be less than what was acknowledged. */
async function untilRefused(action: () => Promise<unknown>): Promise<string> {
  const endMs = Date.now() + DEADLINE_MS;
  while (Date.now() < endMs) {
    const refusal = await action().then(() => undefined, nameOf);
    if (refusal !== undefined) return refusal;
  }
  return "never";
}

interface SubTree {
  listSubTreeBFS(path: string, done: (error: null, paths: string[]) => void): void;
  removeRecursive(path: string, done: (error: Error) => void): void;
}

interface Result {
  readonly type: number;
  readonly path?: string;
  readonly stat?: zookeeper.Stat;
  readonly err?: number;
}

function plainResult({ type, path, stat, err }: Result): object {
  return { type, path: path ?? null, stat: plainStat(stat), err: err ?? null };
}
