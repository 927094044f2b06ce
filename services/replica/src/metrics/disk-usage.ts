import { stat, statfs } from "node:fs/promises";
import { join } from "node:path";

/** Free bytes on the disk of the data folder; undefined when the disk does not say. */
export async function freeBytes(dataDir: string): Promise<number | undefined> {
  const disk = await statfs(dataDir).catch(() => undefined);
  return disk === undefined ? undefined : disk.bavail * disk.bsize;
}

/** What the database and its write-ahead log take on disk. */
export async function databaseBytes(dataDir: string): Promise<number | undefined> {
  const files = ["replica.db", "replica.db-wal"].map((name) => stat(join(dataDir, name)));
  const found = await Promise.all(files).catch(() => undefined);
  return found?.reduce((sum, { size }) => sum + size, 0);
}
