/**
 * What is watched, as bits: one watcher can have every kind on one path, each for itself. An exist
 * watch is a data watch; the difference lies only in how it is registered and caught up with.
 */
export const WatchKind = {
  /** One-shot: creation, deletion and data of the node. */
  DATA: 1,
  /** One-shot: the node's children and its deletion. */
  CHILD: 2,
  /** Both, and stays. */
  PERSISTENT: 4,
  /** Creation, deletion and data of the node and of everything below it; stays. */
  PERSISTENT_RECURSIVE: 8,
} as const;
export type WatchKind = (typeof WatchKind)[keyof typeof WatchKind];

/** Any of the four bits together. */
export type WatchKinds = number;

/** What ZooKeeper keeps in its table of data watches, the one that wchs, wchc and wchp show. */
export const DATA_TABLE_KINDS: WatchKinds =
  WatchKind.DATA | WatchKind.PERSISTENT | WatchKind.PERSISTENT_RECURSIVE;

/** The types of checkWatches and removeWatches, as they stand in requests. */
export const WatcherType = {
  CHILDREN: 1,
  DATA: 2,
  ANY: 3,
  PERSISTENT: 4,
  PERSISTENT_RECURSIVE: 5,
} as const;
export type WatcherType = (typeof WatcherType)[keyof typeof WatcherType];

const KINDS_OF: Readonly<Record<WatcherType, WatchKinds>> = {
  [WatcherType.CHILDREN]: WatchKind.CHILD,
  [WatcherType.DATA]: WatchKind.DATA,
  [WatcherType.ANY]: DATA_TABLE_KINDS | WatchKind.CHILD,
  [WatcherType.PERSISTENT]: WatchKind.PERSISTENT,
  [WatcherType.PERSISTENT_RECURSIVE]: WatchKind.PERSISTENT_RECURSIVE,
};

export function kindsOf(type: WatcherType): WatchKinds {
  return KINDS_OF[type];
}

export function countKinds(kinds: WatchKinds): number {
  return (kinds & 1) + ((kinds >> 1) & 1) + ((kinds >> 2) & 1) + ((kinds >> 3) & 1);
}
