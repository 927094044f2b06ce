import fc from "fast-check";
import { expect, test } from "vitest";
import type { ApplySink, ChangeType } from "../../src/apply-sink.ts";
import { DataTree } from "../../src/data-tree.ts";
import type { Stat } from "../../src/stat.ts";
import type { Txn } from "../../src/txn/txn.ts";
import { type ChangeStamp, type ReadonlyZnode, statOf } from "../../src/znode.ts";
import { PROPERTY_TIMEOUT_MS, runsOf } from "./config.ts";
import { expectSame, History, TREE_OPTIONS } from "./history.ts";
import { anyPlan, PRELUDE, type RequestPlan } from "./plans.ts";

interface Change {
  readonly type: ChangeType;
  readonly path: string;
  readonly zxid: number;
  readonly time: number;
  readonly stat: Stat;
  readonly data: string | null;
}

class RecordingChanges implements Pick<ApplySink, "onChange"> {
  #changes: Change[] = [];

  onChange(type: ChangeType, path: string, node: ReadonlyZnode, stamp: ChangeStamp): void {
    const { zxid, time } = stamp;
    this.#changes.push({ type, path, zxid, time, stat: statOf(node), data: node.data });
  }

  take(): readonly Change[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }
}

/** What the txn itself says of its changes. */
function recordedBy({ body }: Txn): unknown[] {
  if (body.type === "closeSession") return body.paths.map((path) => ["NodeDeleted", path]);
  if (body.type !== "changes") return [];
  const types = {
    create: "NodeCreated",
    delete: "NodeDeleted",
    setData: "NodeDataChanged",
    setAcl: "NodeAclChanged",
  } as const;
  return body.records.flatMap(({ type, path }) =>
    type in types ? [[types[type as keyof typeof types], path]] : [],
  );
}

function expectTheSameChanges(plans: readonly RequestPlan[]): void {
  const [atLeader, atFollower] = [new RecordingChanges(), new RecordingChanges()];
  const history = new History(TREE_OPTIONS, atLeader);
  const follower = new DataTree(TREE_OPTIONS);
  for (const plan of [...PRELUDE, ...plans]) {
    const { zxid, txn } = history.execute(history.requestOf(plan), plan.elapsedMs);
    follower.apply(txn, zxid, atFollower);
    const changes = atFollower.take();
    const prepared = atLeader.take();
    if (txn.body.type !== "error") expectSame(prepared, changes);
    expectSame(
      changes.map(({ type, path }) => [type, path]),
      recordedBy(txn),
    );
    expect(changes.every((change) => change.zxid === zxid && change.time === txn.time)).toBe(true);
    const last = changes.at(-1);
    if (last === undefined || last.type === "NodeDeleted") continue;
    expectSame([last.stat, last.data], [follower.stat(last.path), follower.find(last.path)?.data]);
  }
}

test(
  "whoever listens hears of each record's change in order, the same on leader and follower",
  () => {
    fc.assert(
      fc.property(fc.array(anyPlan, { maxLength: 40, size: "max" }), expectTheSameChanges),
      runsOf(100),
    );
  },
  PROPERTY_TIMEOUT_MS,
);
