import { EventType } from "../apply-sink.ts";
import { WatchKind } from "./watch-kind.ts";
import type { WatchedChange } from "./watch-table.ts";

/** A client's watches as it sends them (setWatches, setWatches2) when it has moved to another server. */
export interface SetWatches {
  /** The last zxid the client has seen. */
  readonly relativeZxid: number;
  readonly data: readonly string[];
  readonly exist: readonly string[];
  readonly child: readonly string[];
  readonly persistent: readonly string[];
  readonly persistentRecursive: readonly string[];
}

export interface CatchUp {
  /** What the client missed, in the order to send it: before the reply, without an ACL check. */
  readonly events: readonly WatchedChange[];
  /** What is to be watched from now on; a watch that has an event is spent by it. */
  readonly watches: readonly { readonly path: string; readonly kind: WatchKind }[];
}

/** The part of a Stat that tells what the client has seen. */
export type LookUpZxids = (
  path: string,
) => { readonly mzxid: number; readonly pzxid: number } | undefined;

/** Compares the client's watches with the tree as it is. */
export function catchUp(request: SetWatches, lookUp: LookUpZxids): CatchUp {
  const events: WatchedChange[] = [];
  const watches: { path: string; kind: WatchKind }[] = [];
  const settle = (path: string, missed: EventType | undefined, kind: WatchKind) => {
    if (missed === undefined) watches.push({ path, kind });
    else events.push({ type: missed, path });
  };
  const seen = request.relativeZxid;
  for (const path of request.data) {
    const stat = lookUp(path);
    const changed = stat !== undefined && stat.mzxid > seen ? EventType.NodeDataChanged : undefined;
    settle(path, stat === undefined ? EventType.NodeDeleted : changed, WatchKind.DATA);
  }
  for (const path of request.exist) {
    // The client had found no node, so one of any age is new to it.
    const created = lookUp(path) === undefined ? undefined : EventType.NodeCreated;
    settle(path, created, WatchKind.DATA);
  }
  for (const path of request.child) {
    const stat = lookUp(path);
    const isNewer = stat !== undefined && stat.pzxid > seen;
    const changed = isNewer ? EventType.NodeChildrenChanged : undefined;
    settle(path, stat === undefined ? EventType.NodeDeleted : changed, WatchKind.CHILD);
  }
  for (const path of request.persistent) settle(path, undefined, WatchKind.PERSISTENT);
  for (const path of request.persistentRecursive) {
    settle(path, undefined, WatchKind.PERSISTENT_RECURSIVE);
  }
  return { events, watches };
}
