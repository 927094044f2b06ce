import { blob, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The tables of `replica.db`, one file per replica. Migrations in `migrations/` make them; a test
 * holds the two together. Zxids are plain integers (below 2^53, so exact as numbers).
 */

/** Whose folder this is. One row. */
export const meta = sqliteTable("meta", {
  id: integer("id").primaryKey(),
  /** Version of what the rows mean; a folder with a higher one is refused. */
  format: integer("format").notNull(),
  ensemble: text("ensemble").notNull(),
  serverId: integer("server_id").notNull(),
  storeId: integer("store_id").notNull(),
  /** Of the newest run; a later run has a larger one, even if the clock was set back. */
  incarnation: integer("incarnation").notNull(),
});

/** acceptedEpoch, currentEpoch and voice. One row, none in a new folder. */
export const hardState = sqliteTable("hard_state", {
  id: integer("id").primaryKey(),
  acceptedEpoch: integer("accepted_epoch").notNull(),
  currentEpoch: integer("current_epoch").notNull(),
  voice: integer("voice", { mode: "boolean" }).notNull(),
  committed: integer("committed").notNull(),
  crc: integer("crc").notNull(),
});

/** A row per proposal. `committed` is what was known when the row was written; it may lag. */
export const log = sqliteTable("log", {
  last: integer("last").primaryKey(),
  first: integer("first").notNull(),
  previous: integer("previous").notNull(),
  kind: integer("kind").notNull(),
  committed: integer("committed").notNull(),
  crc: integer("crc").notNull(),
  payload: blob("payload", { mode: "buffer" }).notNull(),
});

/** Who speaks for each voter from `zxid` on (docs/adr/0001): `[[serverId, storeId], …]`. */
export const admission = sqliteTable("admission", {
  zxid: integer("zxid").primaryKey(),
  members: text("members").notNull(),
});

/**
 * A fuzzy snapshot: it holds everything up to `zxid` and perhaps parts of what follows, up to
 * `end_zxid`. It counts once it is complete, which it becomes only when `end_zxid` is committed.
 */
export const snapshot = sqliteTable("snapshot", {
  id: integer("id").primaryKey(),
  zxid: integer("zxid").notNull(),
  endZxid: integer("end_zxid").notNull(),
  source: text("source", { enum: ["own", "leader", "retired"] }).notNull(),
  complete: integer("complete", { mode: "boolean" }).notNull(),
  members: text("members").notNull(),
});

export const snapshotChunk = sqliteTable(
  "snapshot_chunk",
  {
    snapshotId: integer("snapshot_id").notNull(),
    position: integer("position").notNull(),
    isLast: integer("is_last", { mode: "boolean" }).notNull(),
    crc: integer("crc").notNull(),
    chunk: blob("chunk", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.snapshotId, table.position] })],
);
