import { expect, it } from "vitest";
import { Perms, WORLD_ANYONE } from "../src/acl/acl.ts";
import type { ChangeType, TxnStamp } from "../src/apply-sink.ts";
import { CreateMode } from "../src/create-mode.ts";
import { DataTree } from "../src/data-tree.ts";
import type { Operation } from "../src/request.ts";
import type { Stat } from "../src/stat.ts";
import { prepare } from "../src/txn/prepare/prepare.ts";
import { type ReadonlyZnode, statOf } from "../src/znode.ts";

interface Change extends TxnStamp {
  readonly type: ChangeType;
  readonly path: string;
  readonly stat: Stat;
  readonly data: string | null;
  readonly perms: number | undefined;
}

const OPEN = [{ perms: Perms.ALL, id: WORLD_ANYONE }];
const SHRINKING = Perms.READ | Perms.DELETE;

/** What a follower says of the changes, txn by txn. */
class Changes {
  readonly #leader = new DataTree();
  readonly #follower = new DataTree();
  #zxid = 0;

  of(operation: Operation, session = 0): Change[] {
    this.#zxid += 1;
    const request = { origin: { gateway: 1, number: 1 }, session, credentials: [], operation };
    const txn = prepare(this.#leader, request, { zxid: this.#zxid, time: 1000 * this.#zxid });
    const changes: Change[] = [];
    this.#follower.apply(txn, this.#zxid, {
      wantsResult: () => false,
      onResult: () => undefined,
      onEvent: () => undefined,
      onSessionClosed: () => undefined,
      onSessionAttached: () => undefined,
      onChange: (type, path, node: ReadonlyZnode, { zxid, time, session }) => {
        const [stat, perms] = [statOf(node), node.acl.list[0]?.perms];
        changes.push({ type, path, zxid, time, session, stat, data: node.data, perms });
      },
    });
    return changes;
  }
}

const create = (path: string, mode: CreateMode = CreateMode.PERSISTENT) =>
  ({ type: "create", path, data: "1", acl: OPEN, mode }) as const;

it("tells every change of a txn in order, each with the znode as it left it", () => {
  const changes = new Changes();
  changes.of({ type: "create", path: "/old", data: "x", acl: OPEN, mode: 0 });
  const told = changes.of({
    type: "multi",
    operations: [
      { ...create("/a/b"), createParents: true },
      { type: "setData", path: "/a", data: "2", version: -1 },
      { type: "check", path: "/a", version: -1 },
      { type: "setAcl", path: "/a", acl: [{ perms: SHRINKING, id: WORLD_ANYONE }], version: -1 },
      { type: "delete", path: "/a/b", version: -1 },
    ],
  });
  const stamp = { zxid: 2, time: 2000, session: 0 };
  expect(told).toMatchObject([
    { ...stamp, type: "NodeCreated", path: "/a", stat: { version: 0, numChildren: 0 } },
    { ...stamp, type: "NodeCreated", path: "/a/b", data: "1" },
    { ...stamp, type: "NodeDataChanged", path: "/a", data: "2", stat: { version: 1, cversion: 1 } },
    { ...stamp, type: "NodeAclChanged", path: "/a", perms: SHRINKING, stat: { aversion: 1 } },
    { ...stamp, type: "NodeDeleted", path: "/a/b", data: "1", perms: Perms.ALL },
  ]);
  expect(told).toHaveLength(5);
});

it("tells whose change it was, and of every ephemeral that goes with its session", () => {
  const changes = new Changes();
  const password = "0123456789abcdef";
  changes.of({ type: "createSession", timeoutMs: 1000, password });
  const made = changes.of(create("/e", CreateMode.EPHEMERAL), 1);
  expect(made).toMatchObject([{ session: 1, stat: { ephemeralOwner: 1 } }]);
  const closed = changes.of({ type: "closeSession", session: 1 }, 1);
  expect(closed).toMatchObject([{ type: "NodeDeleted", path: "/e", zxid: 3, session: 1 }]);
});

it("tells nothing of a txn that was refused", () => {
  expect(new Changes().of({ type: "delete", path: "/none", version: -1 })).toEqual([]);
});
