import { statfsSync } from "node:fs";
import type Sqlite from "better-sqlite3";
import type { StorageOptions } from "./open-database.ts";

/** Of what the database can grow to; the rest is for what is needed. */
const SHARE_MAX = 0.5;

export type LogRoomOptions = Pick<StorageOptions, "dataDir" | "bytesMax" | "keepLogBytes">;

/**
 * Whether there is room for log that no start needs any more. Others do: the stream of watch events may be
 * behind, and so may learners that were away.
 */
export class LogRoom {
  readonly #sqlite;
  readonly #options: LogRoomOptions;
  readonly #pageBytes: number;

  constructor(sqlite: Sqlite.Database, options: LogRoomOptions) {
    this.#sqlite = sqlite;
    this.#options = options;
    this.#pageBytes = this.#pragma("page_size");
  }

  /** Pages that are free inside of the file count as room: it never shrinks. */
  get isFull(): boolean {
    const fileBytes = this.#pragma("page_count") * this.#pageBytes;
    const usedBytes = fileBytes - this.#pragma("freelist_count") * this.#pageBytes;
    const diskBytes = fileBytes + freeBytesOf(this.#options.dataDir);
    return usedBytes > usedBytesMax(this.#options, diskBytes);
  }

  #pragma(name: string): number {
    return Number(this.#sqlite.pragma(name, { simple: true }));
  }
}

/** `diskBytes` is what the file has of its disk, and what is free there. */
export function usedBytesMax(
  { bytesMax, keepLogBytes }: Omit<LogRoomOptions, "dataDir">,
  diskBytes: number,
): number {
  const limitBytes = bytesMax > 0 ? Math.min(bytesMax, diskBytes) : diskBytes;
  return Math.min(keepLogBytes, limitBytes * SHARE_MAX);
}

/** A disk that does not say counts as a large one. */
function freeBytesOf(dataDir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dataDir);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
