import { EventType } from "../apply-sink.ts";
import { invariant } from "../invariant.ts";
import {
  forEachWatcher,
  kindsAt,
  type PathWatchers,
  WATCHER_ID_MAX,
  type WatcherId,
  withKinds,
} from "./path-watchers.ts";
import { countKinds, kindsOf, type WatcherType, WatchKind, type WatchKinds } from "./watch-kind.ts";

/** A committed change as the table sees it. */
export interface WatchedChange {
  readonly type: EventType;
  readonly path: string;
}

const NOBODY: readonly WatcherId[] = [];

/** Which watches on the path itself a change concerns. */
const CONCERNED: Readonly<Record<EventType, WatchKinds>> = {
  [EventType.NodeCreated]: WatchKind.DATA | WatchKind.PERSISTENT,
  [EventType.NodeDataChanged]: WatchKind.DATA | WatchKind.PERSISTENT,
  [EventType.NodeDeleted]: WatchKind.DATA | WatchKind.CHILD | WatchKind.PERSISTENT,
  [EventType.NodeChildrenChanged]: WatchKind.CHILD | WatchKind.PERSISTENT,
};
const ONE_SHOT: WatchKinds = WatchKind.DATA | WatchKind.CHILD;

/**
 * Who watches what. It answers whom to tell of a change and tells nobody itself; its rules are
 * ZooKeeper 3.9's, where all kinds of watches coexist on one path.
 *
 * Invariant: a path stands in `#pathsOf` of a watcher exactly if the watcher stands in `#watchersOf`
 * of the path, with at least one kind.
 */
export class WatchTable {
  readonly #watchersOf = new Map<string, PathWatchers>();
  /** A single path stands for itself, as most watchers have few. */
  readonly #pathsOf = new Map<WatcherId, string | Set<string>>();
  #watchCount = 0;
  #recursiveCount = 0;

  /** Each kind of each watcher on each path counts one. */
  get watchCount(): number {
    return this.#watchCount;
  }

  get pathCount(): number {
    return this.#watchersOf.size;
  }

  get watcherCount(): number {
    return this.#pathsOf.size;
  }

  /** Adding a watch that is there already changes nothing. */
  add(path: string, watcher: WatcherId, kind: WatchKind): void {
    invariant(
      Number.isInteger(watcher) && watcher >= 0 && watcher <= WATCHER_ID_MAX,
      "a watcher id is a whole number below 2^48",
      watcher,
    );
    const kinds = this.kindsAt(path, watcher);
    this.#setKinds(path, watcher, kinds, kinds | kind);
  }

  /** Takes these watches away; false if there is none, which is NOWATCHER. */
  remove(path: string, watcher: WatcherId, type: WatcherType): boolean {
    const kinds = this.kindsAt(path, watcher);
    const removed = kinds & kindsOf(type);
    if (removed === 0) return false;
    this.#setKinds(path, watcher, kinds, kinds & ~removed);
    return true;
  }

  has(path: string, watcher: WatcherId, type: WatcherType): boolean {
    return (this.kindsAt(path, watcher) & kindsOf(type)) !== 0;
  }

  kindsAt(path: string, watcher: WatcherId): WatchKinds {
    return kindsAt(this.#watchersOf.get(path), watcher);
  }

  /** All its watches at once; costs as much as it has. */
  removeWatcher(watcher: WatcherId): void {
    for (const path of this.pathsOf(watcher)) {
      this.#setKinds(path, watcher, this.kindsAt(path, watcher), 0);
    }
  }

  /**
   * Whom to tell of the change: each watcher once, whatever it has on the path. One-shot watches are
   * consumed. `mayHear` filters by the ACL of the changed node; who may not hear has lost the
   * one-shot watch all the same, as in ZooKeeper.
   */
  trigger(change: WatchedChange, mayHear?: (watcher: WatcherId) => boolean): readonly WatcherId[] {
    const hasRecursive = this.#recursiveCount > 0 && change.type !== EventType.NodeChildrenChanged;
    if (!hasRecursive && !this.#watchersOf.has(change.path)) return NOBODY;
    const told = this.#triggerPath(change);
    if (hasRecursive) this.#collectRecursive(change.path, told);
    return mayHear === undefined ? told : told.filter(mayHear);
  }

  /** In the order in which they came, as a copy. */
  pathsOf(watcher: WatcherId): readonly string[] {
    const paths = this.#pathsOf.get(watcher);
    if (paths === undefined) return [];
    return typeof paths === "string" ? [paths] : [...paths];
  }

  /** Every path with those who have one of these kinds there, in no order that means anything. */
  *watchedPaths(kinds: WatchKinds): IterableIterator<{ path: string; watchers: WatcherId[] }> {
    for (const [path, slot] of this.#watchersOf) {
      const watchers: WatcherId[] = [];
      forEachWatcher(slot, (watcher, theirs) => {
        if ((theirs & kinds) !== 0) watchers.push(watcher);
      });
      if (watchers.length > 0) yield { path, watchers };
    }
  }

  #triggerPath(change: WatchedChange): WatcherId[] {
    const told: WatcherId[] = [];
    const watchers = this.#watchersOf.get(change.path);
    if (watchers === undefined) return told;
    const concerned = CONCERNED[change.type];
    forEachWatcher(watchers, (watcher, kinds) => {
      if ((kinds & concerned) !== 0) told.push(watcher);
    });
    const consumed = concerned & ONE_SHOT;
    for (const watcher of told) {
      const kinds = this.kindsAt(change.path, watcher);
      this.#setKinds(change.path, watcher, kinds, kinds & ~consumed);
    }
    return told;
  }

  #collectRecursive(path: string, told: WatcherId[]): void {
    const seen = new Set(told);
    const collect = (watcher: WatcherId, kinds: WatchKinds) => {
      if ((kinds & WatchKind.PERSISTENT_RECURSIVE) === 0 || seen.has(watcher)) return;
      seen.add(watcher);
      told.push(watcher);
    };
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
      forEachWatcher(this.#watchersOf.get(path.slice(0, end)), collect);
    }
    if (path !== "/") forEachWatcher(this.#watchersOf.get("/"), collect);
  }

  #setKinds(path: string, watcher: WatcherId, before: WatchKinds, after: WatchKinds): void {
    if (before === after) return;
    const watchers = withKinds(this.#watchersOf.get(path), watcher, after);
    if (watchers === undefined) this.#watchersOf.delete(path);
    else this.#watchersOf.set(path, watchers);
    if (before === 0) this.#link(watcher, path);
    if (after === 0) this.#unlink(watcher, path);
    this.#watchCount += countKinds(after) - countKinds(before);
    const recursive = WatchKind.PERSISTENT_RECURSIVE;
    this.#recursiveCount += countKinds(after & recursive) - countKinds(before & recursive);
  }

  #link(watcher: WatcherId, path: string): void {
    const paths = this.#pathsOf.get(watcher);
    if (paths === undefined) this.#pathsOf.set(watcher, path);
    else if (typeof paths === "string") this.#pathsOf.set(watcher, new Set([paths, path]));
    else paths.add(path);
  }

  #unlink(watcher: WatcherId, path: string): void {
    const paths = this.#pathsOf.get(watcher);
    invariant(paths !== undefined, "a watcher without paths had a watch", watcher, path);
    if (typeof paths === "string") {
      invariant(paths === path, "a watcher's only path is another one", watcher, path, paths);
      this.#pathsOf.delete(watcher);
    } else {
      paths.delete(path);
      if (paths.size === 0) this.#pathsOf.delete(watcher);
    }
  }
}
