import { EventType } from "../../src/apply-sink.ts";
import { WatcherType, WatchKind } from "../../src/watch/watch-kind.ts";

interface Watch {
  readonly path: string;
  readonly watcher: number;
  readonly kind: WatchKind;
}

/** The rules of watches over a plain list, searched from end to end each time. */
export class NaiveWatches {
  #watches: readonly Watch[] = [];

  add(path: string, watcher: number, kind: WatchKind): void {
    const isThere = this.#watches.some(
      (watch) => watch.path === path && watch.watcher === watcher && watch.kind === kind,
    );
    if (!isThere) this.#watches = [...this.#watches, { path, watcher, kind }];
  }

  remove(path: string, watcher: number, type: WatcherType): boolean {
    const before = this.#watches.length;
    this.#watches = this.#watches.filter(
      (watch) => watch.path !== path || watch.watcher !== watcher || !isOfType(watch.kind, type),
    );
    return this.#watches.length < before;
  }

  removeWatcher(watcher: number): void {
    this.#watches = this.#watches.filter((watch) => watch.watcher !== watcher);
  }

  /** Who is told, sorted. */
  trigger(type: EventType, path: string): number[] {
    const fired = this.#watches.filter((watch) => fires(watch, type, path));
    this.#watches = this.#watches.filter(
      (watch) => !fired.includes(watch) || !isOneShot(watch.kind),
    );
    return [...new Set(fired.map(({ watcher }) => watcher))].sort();
  }

  counts(): { watchCount: number; pathCount: number; watcherCount: number } {
    return {
      watchCount: this.#watches.length,
      pathCount: new Set(this.#watches.map(({ path }) => path)).size,
      watcherCount: new Set(this.#watches.map(({ watcher }) => watcher)).size,
    };
  }

  dataPathCount(): number {
    const data = this.#watches.filter(({ kind }) => kind !== WatchKind.CHILD);
    return new Set(data.map(({ path }) => path)).size;
  }
}

function isOneShot(kind: WatchKind): boolean {
  return kind === WatchKind.DATA || kind === WatchKind.CHILD;
}

function fires(watch: Watch, type: EventType, path: string): boolean {
  const isOnPath = watch.path === path;
  switch (watch.kind) {
    case WatchKind.DATA:
      return isOnPath && type !== EventType.NodeChildrenChanged;
    case WatchKind.CHILD:
      return isOnPath && (type === EventType.NodeChildrenChanged || type === EventType.NodeDeleted);
    case WatchKind.PERSISTENT:
      return isOnPath;
    case WatchKind.PERSISTENT_RECURSIVE: {
      const below = watch.path === "/" ? "/" : `${watch.path}/`;
      return type !== EventType.NodeChildrenChanged && (isOnPath || path.startsWith(below));
    }
  }
}

function isOfType(kind: WatchKind, type: WatcherType): boolean {
  switch (type) {
    case WatcherType.ANY:
      return true;
    case WatcherType.CHILDREN:
      return kind === WatchKind.CHILD;
    case WatcherType.DATA:
      return kind === WatchKind.DATA;
    case WatcherType.PERSISTENT:
      return kind === WatchKind.PERSISTENT;
    case WatcherType.PERSISTENT_RECURSIVE:
      return kind === WatchKind.PERSISTENT_RECURSIVE;
  }
}
