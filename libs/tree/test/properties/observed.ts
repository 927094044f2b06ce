import type { Acl } from "../../src/acl/acl.ts";
import type { ApplySink, EventType, TxnResult } from "../../src/apply-sink.ts";
import type { DataTree } from "../../src/data-tree.ts";
import { statOf, ZnodeKind } from "../../src/znode.ts";
import { childrenOf, type ModelState, statAt } from "../model/model-state.ts";
import type { TreeEvent } from "../model/tree-event.ts";

/** Everything a client can learn of a state, in one shape for the tree and for the model. */
export type Picture = Readonly<Record<string, unknown>>;

const KIND_NAMES = Object.fromEntries(
  Object.entries(ZnodeKind).map(([name, kind]) => [kind, name]),
);

export function pictureOfTree(tree: DataTree): Picture {
  const picture: Record<string, unknown> = {};
  for (const [path, node] of tree.znodes.entries()) {
    picture[path] = {
      data: node.data,
      acl: node.acl.list,
      kind: KIND_NAMES[node.kind],
      ttlMs: node.ttlMs,
      children: tree.getChildren(path)?.children,
      stat: statOf(node),
    };
  }
  for (const { id, timeoutMs, password, owner } of tree.sessions.values()) {
    picture[`session ${id}`] = { timeoutMs, password, owner, ephemerals: tree.ephemerals(id) };
  }
  const answers = [...tree.idempotency.values()].sort((a, b) => a.zxid - b.zxid);
  picture.answers = answers.map(({ key, time }) => ({ key, time }));
  return sortedByKey(picture);
}

export function pictureOfModel(state: ModelState): Picture {
  const picture: Record<string, unknown> = {};
  for (const [path, { data, acl, kind, ttlMs }] of Object.entries(state.nodes)) {
    const children = childrenOf(state, path);
    picture[path] = { data, acl, kind, ttlMs, children, stat: statAt(state, path) };
  }
  for (const [id, { timeoutMs, password, owner }] of Object.entries(state.sessions)) {
    const ephemerals = Object.entries(state.nodes)
      .filter(([, node]) => node.ephemeralOwner === Number(id))
      .map(([path]) => path)
      .sort();
    picture[`session ${id}`] = { timeoutMs, password, owner, ephemerals };
  }
  picture.answers = state.answers.map(({ key, time }) => ({ key, time }));
  return sortedByKey(picture);
}

/** Remembers what an apply says to its gateway. */
export class RecordingSink implements ApplySink {
  readonly results: { readonly number: number; readonly result: TxnResult }[] = [];
  readonly events: TreeEvent[] = [];
  readonly closed: number[] = [];
  readonly attached: (readonly [session: number, owner: number])[] = [];

  forget(): void {
    this.results.length = 0;
    this.events.length = 0;
    this.closed.length = 0;
    this.attached.length = 0;
  }

  wantsResult(gateway: number): boolean {
    return gateway === 1;
  }

  onResult(number: number, result: TxnResult): void {
    this.results.push({ number, result });
  }

  onEvent(type: EventType, path: string, zxid: number, acl: readonly Acl[]): void {
    this.events.push({ type, path, zxid, acl });
  }

  onSessionClosed(session: number): void {
    this.closed.push(session);
  }

  onSessionAttached(session: number, owner: number): void {
    this.attached.push([session, owner]);
  }
}

function sortedByKey(picture: Record<string, unknown>): Picture {
  return Object.fromEntries(Object.entries(picture).sort(([a], [b]) => (a < b ? -1 : 1)));
}
