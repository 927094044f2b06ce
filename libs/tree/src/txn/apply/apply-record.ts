import { EventType, type TxnStamp } from "../../apply-sink.ts";
import type { DataTree } from "../../data-tree.ts";
import { invariant } from "../../invariant.ts";
import { parentOf } from "../../path.ts";
import type { Stat } from "../../stat.ts";
import { statOf, type Znode, ZnodeKind } from "../../znode.ts";
import type { TxnRecord } from "../txn.ts";
import type { Observation } from "./observation.ts";

type RecordOf<T extends TxnRecord["type"]> = Extract<TxnRecord, { type: T }>;

/** Where a record is applied, as a part of which txn, and who watches. */
export interface ApplyContext extends TxnStamp {
  readonly tree: DataTree;
  readonly observation: Observation;
}

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
export function applyRecord(context: ApplyContext, record: TxnRecord): void {
  switch (record.type) {
    case "create":
      applyCreate(context, record);
      break;
    case "delete":
      applyDelete(context, record.path);
      context.observation.result(record.op, { type: "delete", path: record.path });
      break;
    case "setData":
      applySetData(context, record);
      break;
    case "setAcl":
      applySetAcl(context, record);
      break;
    case "check":
      context.observation.result(record.op, { type: "check", path: record.path });
      break;
    case "get":
    case "children":
    case "exists":
      applyRead(context, record);
      break;
  }
}

export function applyDelete(context: ApplyContext, path: string): void {
  const { tree, zxid, observation } = context;
  const node = tree.znodes.get(path);
  if (node === undefined) {
    tree.znodes.deleteAgain(path, context);
    return;
  }
  const parentPath = parentOf(path);
  const parent = tree.znodes.get(parentPath);
  invariant(parent !== undefined, "a znode without a parent", path);
  tree.znodes.delete(path, node, parent, context);
  observation.change("NodeDeleted", path, node, context);
  observation.event(EventType.NodeDeleted, path, zxid, node);
  observation.event(EventType.NodeChildrenChanged, parentPath, zxid, parent);
}

function applyCreate(context: ApplyContext, record: RecordOf<"create">): void {
  const { path, op } = record;
  const parentPath = parentOf(path);
  const parent = context.tree.znodes.get(parentPath);
  if (parent !== undefined) createBelow(context, record, parentPath, parent);
  else context.observation.result(op, { type: "create", path, stat: STAT_OF_NONE, created: true });
}

/** Creates with the parent at hand, as the leader has it. */
export function createBelow(
  context: ApplyContext,
  record: RecordOf<"create">,
  parentPath: string,
  parent: Znode,
): void {
  const { tree, zxid, observation } = context;
  const { path, data, acl, ephemeralOwner, ttlMs } = record;
  const kind = ZnodeKind[record.kind];
  const birth = { path, data, acl, kind, ephemeralOwner, ttlMs };
  const node = tree.znodes.create(birth, parent, record.parentCreations, context);
  observation.change("NodeCreated", path, node, context);
  observation.event(EventType.NodeCreated, path, zxid, node);
  observation.event(EventType.NodeChildrenChanged, parentPath, zxid, parent);
  if (observation.wantsResults) {
    observation.result(record.op, { type: "create", path, stat: statOf(node), created: true });
  }
}

function applySetData(context: ApplyContext, record: RecordOf<"setData">): void {
  const { path, op } = record;
  const node = context.tree.znodes.get(path);
  if (node !== undefined) setDataOf(context, record, node);
  else context.observation.result(op, { type: "setData", path, stat: STAT_OF_NONE });
}

/** Sets the data with the node at hand, as the leader has it. */
export function setDataOf(context: ApplyContext, record: RecordOf<"setData">, node: Znode): void {
  const { path } = record;
  const { observation } = context;
  context.tree.znodes.setData(path, node, record, context);
  observation.change("NodeDataChanged", path, node, context);
  observation.event(EventType.NodeDataChanged, path, context.zxid, node);
  if (observation.wantsResults) {
    observation.result(record.op, { type: "setData", path, stat: statOf(node) });
  }
}

function applySetAcl(context: ApplyContext, record: RecordOf<"setAcl">): void {
  const { tree, observation } = context;
  const { path } = record;
  const node = tree.znodes.get(path);
  if (node !== undefined) {
    tree.znodes.setAcl(node, record.acl, record.version);
    observation.change("NodeAclChanged", path, node, context);
  }
  if (!observation.wantsResults) return;
  const stat = node === undefined ? STAT_OF_NONE : statOf(node);
  observation.result(record.op, { type: "setAcl", path, stat });
}

function applyRead(
  { tree, observation }: ApplyContext,
  record: RecordOf<"get" | "children" | "exists">,
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
