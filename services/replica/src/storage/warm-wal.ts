import { statSync } from "node:fs";
import type Sqlite from "better-sqlite3";

const SPILL_CACHE_KIB = 64;

/**
 * Brings the WAL's file to its working size. A commit that makes the file longer costs about twice the
 * time of one that overwrites what is there, since the file system must write its own journal as
 * well. A large transaction that spills into the WAL and is rolled back leaves the file at its size.
 */
export function warmWal(sqlite: Sqlite.Database, path: string, bytes: number): void {
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (wal !== undefined && wal.size >= bytes) return;
  const cacheSize = sqlite.pragma("cache_size", { simple: true });
  sqlite.pragma(`cache_size = -${SPILL_CACHE_KIB}`);
  sqlite.exec("BEGIN IMMEDIATE");
  try {
    sqlite.prepare("INSERT INTO snapshot_chunk VALUES (-1, 0, 0, 0, zeroblob(?))").run(bytes);
  } finally {
    if (sqlite.inTransaction) sqlite.exec("ROLLBACK");
    sqlite.pragma(`cache_size = ${cacheSize}`);
  }
}
