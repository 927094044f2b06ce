import type { WatchKinds } from "./watch-kind.ts";

/** Whoever watches: a connection or a stream, by a number that its gateway gave it. */
export type WatcherId = number;

export const WATCHER_ID_MAX = 2 ** 48 - 1;

/**
 * The watchers of one path. Nearly every watched path has one, and a number is all that one needs:
 * the id times 16 plus its kinds. Only the second watcher makes it a map.
 */
export type PathWatchers = number | Map<WatcherId, WatchKinds>;

const KINDS_RANGE = 16;

export function kindsAt(watchers: PathWatchers | undefined, watcher: WatcherId): WatchKinds {
  if (watchers === undefined) return 0;
  if (typeof watchers !== "number") return watchers.get(watcher) ?? 0;
  return singleWatcher(watchers) === watcher ? singleKinds(watchers) : 0;
}

/** The same with this watcher's kinds; undefined once nobody is left. */
export function withKinds(
  watchers: PathWatchers | undefined,
  watcher: WatcherId,
  kinds: WatchKinds,
): PathWatchers | undefined {
  if (watchers === undefined) return kinds === 0 ? undefined : pack(watcher, kinds);
  if (typeof watchers !== "number") return changeMap(watchers, watcher, kinds);
  if (singleWatcher(watchers) === watcher) return withKinds(undefined, watcher, kinds);
  if (kinds === 0) return watchers;
  const first: [WatcherId, WatchKinds] = [singleWatcher(watchers), singleKinds(watchers)];
  return new Map([first, [watcher, kinds]]);
}

/** In the order in which they came. */
export function forEachWatcher(
  watchers: PathWatchers | undefined,
  visit: (watcher: WatcherId, kinds: WatchKinds) => void,
): void {
  if (watchers === undefined) return;
  if (typeof watchers === "number") visit(singleWatcher(watchers), singleKinds(watchers));
  else watchers.forEach((kinds, watcher) => void visit(watcher, kinds));
}

function changeMap(
  watchers: Map<WatcherId, WatchKinds>,
  watcher: WatcherId,
  kinds: WatchKinds,
): PathWatchers | undefined {
  if (kinds !== 0) watchers.set(watcher, kinds);
  else watchers.delete(watcher);
  if (watchers.size > 1) return watchers;
  for (const [last, lastKinds] of watchers) return pack(last, lastKinds);
  return undefined;
}

function pack(watcher: WatcherId, kinds: WatchKinds): number {
  return watcher * KINDS_RANGE + kinds;
}

function singleWatcher(packed: number): WatcherId {
  return Math.floor(packed / KINDS_RANGE);
}

function singleKinds(packed: number): WatchKinds {
  return packed % KINDS_RANGE;
}
