import { type Acl, OPEN_ACL_UNSAFE } from "../../src/acl/acl.ts";
import type { TxnResult } from "../../src/apply-sink.ts";
import type { ZnodeData } from "../../src/request.ts";
import type { Stat } from "../../src/stat.ts";

/**
 * The state of the model: plain values, copied at every step, with nothing kept that can be counted
 * instead. It was written from the description of ZooKeeper's semantics, not from the tree.
 */
export interface ModelState {
  readonly nodes: Readonly<Record<string, ModelNode>>;
  readonly sessions: Readonly<Record<number, ModelSession>>;
  /** Oldest first. */
  readonly answers: readonly ModelAnswer[];
}

export interface ModelNode {
  readonly data: ZnodeData;
  readonly acl: readonly Acl[];
  readonly kind: "persistent" | "ephemeral" | "container" | "ttl";
  readonly ephemeralOwner: number;
  readonly ttlMs: number;
  readonly czxid: number;
  readonly mzxid: number;
  readonly pzxid: number;
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  readonly aversion: number;
  /** Children ever created here. */
  readonly creations: number;
}

export interface ModelSession {
  readonly timeoutMs: number;
  readonly password: string;
  readonly owner: number;
}

/** What an idempotency key gave. */
export interface ModelAnswer {
  readonly key: string;
  readonly fingerprint: string;
  readonly time: number;
  readonly result: TxnResult;
}

const BUILT_IN: ModelNode = {
  data: "",
  acl: OPEN_ACL_UNSAFE,
  kind: "persistent",
  ephemeralOwner: 0,
  ttlMs: 0,
  czxid: 0,
  mzxid: 0,
  pzxid: 0,
  ctime: 0,
  mtime: 0,
  version: 0,
  aversion: 0,
  creations: 0,
};

export const INITIAL_STATE: ModelState = {
  nodes: {
    "/": BUILT_IN,
    "/zookeeper": BUILT_IN,
    "/zookeeper/quota": BUILT_IN,
    "/zookeeper/config": {
      ...BUILT_IN,
      acl: [{ perms: 1, id: { scheme: "world", id: "anyone" } }],
      version: -1,
      aversion: -1,
    },
  },
  sessions: {},
  answers: [],
};

export function nodeAt(state: ModelState, path: string): ModelNode | undefined {
  return Object.hasOwn(state.nodes, path) ? state.nodes[path] : undefined;
}

export function withNode(state: ModelState, path: string, node: ModelNode): ModelState {
  return { ...state, nodes: { ...state.nodes, [path]: node } };
}

export function withoutNode(state: ModelState, path: string): ModelState {
  const nodes = { ...state.nodes };
  delete nodes[path];
  return { ...state, nodes };
}

/** Names of the children, sorted. */
export function childrenOf(state: ModelState, path: string): string[] {
  const prefix = path === "/" ? "/" : `${path}/`;
  return Object.keys(state.nodes)
    .filter((other) => other !== "/" && other.startsWith(prefix))
    .map((other) => other.slice(prefix.length))
    .filter((name) => !name.includes("/"))
    .sort();
}

/** The node and everything below it, children before parents. */
export function subtreeOf(state: ModelState, path: string): string[] {
  const prefix = path === "/" ? "/" : `${path}/`;
  return Object.keys(state.nodes)
    .filter((other) => other === path || other.startsWith(prefix))
    .sort((a, b) => (a < b ? 1 : -1));
}

export function statAt(state: ModelState, path: string): Stat {
  const node = nodeAt(state, path);
  if (node === undefined) throw new Error(`the model asked for the Stat of ${path}`);
  const numChildren = childrenOf(state, path).length;
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    ctime: node.ctime,
    mtime: node.mtime,
    version: node.version,
    cversion: 2 * node.creations - numChildren,
    aversion: node.aversion,
    ephemeralOwner: node.ephemeralOwner,
    dataLength: node.data === null ? 0 : node.data.length,
    numChildren,
    pzxid: node.pzxid,
  };
}
