import { type Acl, type Id, Perms } from "../../src/acl/acl.ts";
import { DEFAULT_ACL_POLICY } from "../../src/acl/acl-policy.ts";
import { isAllowed } from "../../src/acl/check-acl.ts";
import { fixAcl } from "../../src/acl/fix-acl.ts";
import { EventType, type OperationResult } from "../../src/apply-sink.ts";
import { pathProblem } from "../../src/path.ts";
import type {
  CheckOperation,
  Condition,
  CreateOperation,
  DeleteOperation,
  GetOperation,
  MultiOperationItem,
  SetAclOperation,
  SetDataOperation,
} from "../../src/request.ts";
import { ResultCode, type ResultName } from "../../src/result-code.ts";
import { isOverQuota, withStats } from "./model-quota.ts";
import {
  childrenOf,
  type ModelNode,
  type ModelState,
  nodeAt,
  statAt,
  subtreeOf,
  withNode,
  withoutNode,
} from "./model-state.ts";
import type { TreeEvent } from "./tree-event.ts";

/** Thrown by an operation that is refused; whoever catches it goes on with the state from before. */
export class Refused extends Error {
  readonly code: ResultCode;

  constructor(name: ResultName) {
    super(name);
    this.code = ResultCode[name];
  }
}

/** Who sends the request, and the zxid and time it has got. */
export interface ModelContext {
  readonly session: number;
  /** Through which the request came. */
  readonly gateway: number;
  readonly credentials: readonly Id[];
  readonly zxid: number;
  readonly time: number;
}

export interface ModelStep {
  readonly state: ModelState;
  readonly events: readonly TreeEvent[];
  readonly result: OperationResult;
}

export function runOperation(
  state: ModelState,
  operation: MultiOperationItem,
  context: ModelContext,
): ModelStep {
  switch (operation.type) {
    case "create":
      return runCreate(state, operation, context);
    case "delete":
      return runDelete(state, operation, context);
    case "setData":
      return runSetData(state, operation, context);
    case "setAcl":
      return runSetAcl(state, operation, context);
    case "check":
      return runCheck(state, operation, context);
    case "get":
    case "children":
      return runGet(state, operation, context);
  }
}

/** All parts that are present must hold. */
export function holds(state: ModelState, condition: Condition, context: ModelContext): boolean {
  const node = nodeAt(state, condition.path);
  if (node !== undefined) need(node, Perms.READ, context);
  const { exists, version, numChildren, data } = condition;
  if (exists !== undefined && exists !== (node !== undefined)) return false;
  if (version !== undefined && !compares(node?.version, version)) return false;
  const children = node === undefined ? undefined : childrenOf(state, condition.path).length;
  if (numChildren !== undefined && !compares(children, numChildren)) return false;
  return data === undefined || (node !== undefined && node.data === data);
}

/** The node goes, whoever asked for it. */
export function removeNode(state: ModelState, path: string, context: ModelContext) {
  const node = existing(state, path);
  const parentPath = parentPathOf(path);
  const parent = { ...existing(state, parentPath), pzxid: context.zxid };
  const events = [
    event(EventType.NodeDeleted, path, node.acl, context),
    event(EventType.NodeChildrenChanged, parentPath, parent.acl, context),
  ];
  const after = withStats(withNode(withoutNode(state, path), parentPath, parent));
  return { state: after, events };
}

function runCreate(state: ModelState, create: CreateOperation, context: ModelContext): ModelStep {
  const isTtl = create.mode === 5 || create.mode === 6;
  const isEphemeral = create.mode === 1 || create.mode === 3;
  if (![0, 1, 2, 3, 4, 5, 6].includes(create.mode)) throw new Refused("BADARGUMENTS");
  const ttlMs = create.ttlMs ?? 0;
  if (isTtl && (ttlMs < 1 || ttlMs > 0xffffffffff)) throw new Refused("BADARGUMENTS");
  if (!isTtl && create.ttlMs !== undefined) throw new Refused("BADARGUMENTS");
  if (isEphemeral && context.session === 0) throw new Refused("BADARGUMENTS");
  needSession(state, context);
  needParentPath(create.path);
  const acl = wellFormed(create.acl, context);
  const events: TreeEvent[] = [];
  if (create.createParents === true) {
    for (const path of missingAncestors(state, create.path)) {
      const plain = { type: "create", path, acl, data: "", mode: 0 } as const;
      const made = createOne(state, plain, context);
      state = made.state;
      events.push(...made.events);
    }
  }
  const made = createOne(state, { ...create, acl }, context);
  return { ...made, events: [...events, ...made.events] };
}

function createOne(state: ModelState, create: CreateOperation, context: ModelContext): ModelStep {
  const parentPath = parentPathOf(create.path);
  const parent = existing(state, parentPath);
  need(parent, Perms.CREATE, context);
  const isSequential = create.sequential === true || [2, 3, 6].includes(create.mode);
  const sequence = String(parent.creations).padStart(10, "0");
  const path = isSequential ? `${create.path}${sequence}` : create.path;
  if (pathProblem(path) !== undefined) throw new Refused("BADARGUMENTS");
  if (nodeAt(state, path) !== undefined) {
    if (create.ifNotExists !== true) throw new Refused("NODEEXISTS");
    const stat = statAt(state, path);
    return { state, events: [], result: { type: "create", path, stat, created: false } };
  }
  if (parent.kind === "ephemeral") throw new Refused("NOCHILDRENFOREPHEMERALS");
  const bytes = create.data?.length ?? 0;
  if (isOverQuota(state, path, { count: 1, bytes })) throw new Refused("QUOTAEXCEEDED");
  const grown = { ...parent, creations: parent.creations + 1, pzxid: context.zxid };
  const grownState = withNode(state, parentPath, grown);
  const after = withStats(withNode(grownState, path, newNode(create, context)));
  return {
    state: after,
    events: [
      event(EventType.NodeCreated, path, create.acl, context),
      event(EventType.NodeChildrenChanged, parentPath, parent.acl, context),
    ],
    result: { type: "create", path, stat: statAt(after, path), created: true },
  };
}

function newNode(create: CreateOperation, { session, zxid, time }: ModelContext): ModelNode {
  const kinds = {
    0: "persistent",
    1: "ephemeral",
    2: "persistent",
    3: "ephemeral",
    4: "container",
    5: "ttl",
    6: "ttl",
  } as const;
  const kind = kinds[create.mode];
  return {
    data: create.data,
    acl: create.acl,
    kind,
    ephemeralOwner: kind === "ephemeral" ? session : 0,
    ttlMs: kind === "ttl" ? (create.ttlMs ?? 0) : 0,
    czxid: zxid,
    mzxid: zxid,
    pzxid: zxid,
    ctime: time,
    mtime: time,
    version: 0,
    aversion: 0,
    creations: 0,
  };
}

function runDelete(state: ModelState, remove: DeleteOperation, context: ModelContext): ModelStep {
  const { path } = remove;
  needSession(state, context);
  needParentPath(path);
  if (["/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"].includes(path)) {
    throw new Refused("BADARGUMENTS");
  }
  need(existing(state, parentPathOf(path)), Perms.DELETE, context);
  needVersion(existing(state, path).version, remove.version);
  const inside = subtreeOf(state, path);
  if (inside.length > 1 && remove.recursive !== true) throw new Refused("NOTEMPTY");
  const events: TreeEvent[] = [];
  for (const each of inside) {
    need(existing(state, parentPathOf(each)), Perms.DELETE, context);
    const removed = removeNode(state, each, context);
    state = removed.state;
    events.push(...removed.events);
  }
  return { state, events, result: { type: "delete", path } };
}

function runSetData(state: ModelState, set: SetDataOperation, context: ModelContext): ModelStep {
  const { path, data } = set;
  needSession(state, context);
  needSyntax(path);
  const node = existing(state, path);
  need(node, Perms.WRITE, context);
  const bytes = (data?.length ?? 0) - (node.data?.length ?? 0);
  if (isOverQuota(state, path, { count: 0, bytes })) throw new Refused("QUOTAEXCEEDED");
  needVersion(node.version, set.version);
  const { zxid: mzxid, time: mtime } = context;
  const written = { ...node, data, version: node.version + 1, mzxid, mtime };
  const after = withStats(withNode(state, path, written));
  const events = [event(EventType.NodeDataChanged, path, node.acl, context)];
  return { state: after, events, result: { type: "setData", path, stat: statAt(after, path) } };
}

function runSetAcl(state: ModelState, set: SetAclOperation, context: ModelContext): ModelStep {
  const { path } = set;
  needSession(state, context);
  needSyntax(path);
  const acl = wellFormed(set.acl, context);
  const node = existing(state, path);
  need(node, Perms.ADMIN, context);
  needVersion(node.aversion, set.version);
  const after = withNode(state, path, { ...node, acl, aversion: node.aversion + 1 });
  return { state: after, events: [], result: { type: "setAcl", path, stat: statAt(after, path) } };
}

function runCheck(state: ModelState, check: CheckOperation, context: ModelContext): ModelStep {
  const { path } = check;
  needSession(state, context);
  needSyntax(path);
  const node = existing(state, path);
  need(node, Perms.READ, context);
  needVersion(node.version, check.version);
  return { state, events: [], result: { type: "check", path: "" } };
}

function runGet(state: ModelState, get: GetOperation, context: ModelContext): ModelStep {
  const { type, path } = get;
  needSession(state, context);
  const node = existing(state, path);
  need(node, Perms.READ, context);
  const stat = statAt(state, path);
  const result =
    type === "get"
      ? { type, path, data: node.data, stat }
      : { type, path, children: childrenOf(state, path), stat };
  return { state, events: [], result };
}

function existing(state: ModelState, path: string): ModelNode {
  const node = nodeAt(state, path);
  if (node === undefined) throw new Refused("NONODE");
  return node;
}

function need(node: ModelNode, perms: number, { credentials }: ModelContext): void {
  if (!isAllowed(node.acl, perms, credentials, DEFAULT_ACL_POLICY)) throw new Refused("NOAUTH");
}

export function needSession(state: ModelState, { session, gateway }: ModelContext): void {
  if (session === 0) return;
  const owner = state.sessions[session]?.owner;
  if (owner === undefined) throw new Refused("SESSIONEXPIRED");
  if (owner !== 0 && owner !== gateway) throw new Refused("SESSIONMOVED");
}

function needParentPath(path: string): void {
  if (!path.includes("/") || path.includes("\0")) throw new Refused("BADARGUMENTS");
}

function needSyntax(path: string): void {
  if (pathProblem(path) !== undefined) throw new Refused("BADARGUMENTS");
}

function needVersion(current: number, asked: number): void {
  if (asked !== -1 && asked !== current) throw new Refused("BADVERSION");
}

function wellFormed(acl: readonly Acl[], { credentials }: ModelContext): readonly Acl[] {
  const fixed = fixAcl(acl, credentials, DEFAULT_ACL_POLICY);
  if (fixed === undefined) throw new Refused("INVALIDACL");
  return fixed;
}

/** From the top. */
function missingAncestors(state: ModelState, path: string): string[] {
  const parent = parentPathOf(path);
  return nodeAt(state, parent) === undefined ? [...missingAncestors(state, parent), parent] : [];
}

function parentPathOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function compares(value: number | undefined, by: NonNullable<Condition["version"]>): boolean {
  if (value === undefined) return false;
  if (by.eq !== undefined && value !== by.eq) return false;
  if (by.ne !== undefined && value === by.ne) return false;
  if (by.lt !== undefined && value >= by.lt) return false;
  return by.gt === undefined || value > by.gt;
}

function event(type: EventType, path: string, acl: readonly Acl[], { zxid }: ModelContext) {
  return { type, path, zxid, acl };
}
