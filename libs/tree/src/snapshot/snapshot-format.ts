/*
 * A snapshot is a sequence of chunks, each a sequence of whole items: a header, the znodes with
 * parents before children, the sessions, the idempotency entries oldest first, an end.
 */
export const SNAPSHOT_FORMAT_VERSION = 1;

export const SnapshotItem = { header: 1, znode: 2, session: 3, entry: 4, end: 5 } as const;

/** Stands where the number of an ACL list stands that was not in the snapshot before. */
export const NEW_ACL = -1;
