import { EventType } from "../../apply-sink.ts";
import type { DataTree } from "../../data-tree.ts";
import { invariant } from "../../invariant.ts";
import { parentOf } from "../../path.ts";
import type { Stat } from "../../stat.ts";
import { type ChangeStamp, statOf, ZnodeKind } from "../../znode.ts";
import type { TxnRecord } from "../txn.ts";
import type { Observation } from "./observation.ts";

type RecordOf<T extends TxnRecord["type"]> = Extract<TxnRecord, { type: T }>;

/** Of a node that a fuzzy snapshot no longer has: only a replay sees it. */
const STAT_OF_NONE: Stat = {
  czxid: 0,
  mzxid: 0,
  ctime: 0,
  mtime: 0,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0,
  dataLength: 0,
  numChildren: 0,
  pzxid: 0,
};

/**
 * Carries out one record, on the leader while it prepares and on everybody else at commit: there
 * is one way to change a znode. What a replay over a fuzzy snapshot finds different (the node is
 * there already, or is gone) is brought to the state that the record names, or left to the later
 * records that made the difference.
 */
export function applyRecord(
  tree: DataTree,
  record: TxnRecord,
  stamp: ChangeStamp,
  observation: Observation,
): void {
  switch (record.type) {
    case "create":
      applyCreate(tree, record, stamp, observation);
      break;
    case "delete":
      applyDelete(tree, record.path, stamp, observation);
      observation.result(record.op, { type: "delete", path: record.path });
      break;
    case "setData":
      applySetData(tree, record, stamp, observation);
      break;
    case "setAcl":
      applySetAcl(tree, record, observation);
      break;
    case "check":
      observation.result(record.op, { type: "check", path: record.path });
      break;
    case "get":
    case "children":
    case "exists":
      applyRead(tree, record, observation);
      break;
  }
}

export function applyDelete(
  tree: DataTree,
  path: string,
  stamp: ChangeStamp,
  observation: Observation,
): void {
  const node = tree.znodes.get(path);
  if (node === undefined) {
    tree.znodes.deleteAgain(path, stamp);
    return;
  }
  const parentPath = parentOf(path);
  const parent = tree.znodes.get(parentPath);
  invariant(parent !== undefined, "a znode without a parent", path);
  tree.znodes.delete(path, node, stamp);
  observation.event(EventType.NodeDeleted, path, stamp.zxid, node);
  observation.event(EventType.NodeChildrenChanged, parentPath, stamp.zxid, parent);
}

function applyCreate(
  tree: DataTree,
  record: RecordOf<"create">,
  stamp: ChangeStamp,
  observation: Observation,
): void {
  const { path } = record;
  const parentPath = parentOf(path);
  const parent = tree.znodes.get(parentPath);
  if (parent === undefined) {
    observation.result(record.op, { type: "create", path, stat: STAT_OF_NONE, created: true });
    return;
  }
  const birth = {
    path,
    data: record.data,
    acl: record.acl,
    kind: ZnodeKind[record.kind],
    ephemeralOwner: record.ephemeralOwner,
    ttlMs: record.ttlMs,
  };
  const node = tree.znodes.create(birth, parent, record.parentCreations, stamp);
  observation.event(EventType.NodeCreated, path, stamp.zxid, node);
  observation.event(EventType.NodeChildrenChanged, parentPath, stamp.zxid, parent);
  if (observation.wantsResults) {
    observation.result(record.op, { type: "create", path, stat: statOf(node), created: true });
  }
}

function applySetData(
  tree: DataTree,
  record: RecordOf<"setData">,
  stamp: ChangeStamp,
  observation: Observation,
): void {
  const { path } = record;
  const node = tree.znodes.get(path);
  if (node !== undefined) {
    tree.znodes.setData(path, node, record, stamp);
    observation.event(EventType.NodeDataChanged, path, stamp.zxid, node);
  }
  if (!observation.wantsResults) return;
  const stat = node === undefined ? STAT_OF_NONE : statOf(node);
  observation.result(record.op, { type: "setData", path, stat });
}

function applySetAcl(tree: DataTree, record: RecordOf<"setAcl">, observation: Observation): void {
  const { path } = record;
  const node = tree.znodes.get(path);
  if (node !== undefined) tree.znodes.setAcl(path, node, record.acl, record.version);
  if (!observation.wantsResults) return;
  const stat = node === undefined ? STAT_OF_NONE : statOf(node);
  observation.result(record.op, { type: "setAcl", path, stat });
}

function applyRead(
  tree: DataTree,
  record: RecordOf<"get" | "children" | "exists">,
  observation: Observation,
): void {
  if (!observation.wantsResults) return;
  const { path, op } = record;
  const { data = null, stat = STAT_OF_NONE } = tree.getData(path) ?? {};
  if (record.type === "exists") {
    observation.result(op, { type: "create", path, stat, created: false });
  } else if (record.type === "get") {
    observation.result(op, { type: "get", path, data, stat });
  } else {
    const children = tree.getChildren(path)?.children ?? [];
    observation.result(op, { type: "children", path, children, stat });
  }
}
