import { closeSync, openSync, readSync } from "node:fs";

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_SIZE_AT = 8;
const SALTS_AT = 16;
const SALTS_BYTES = 8;
const FRAME_COMMIT_AT = 4;
const FRAME_SALTS_AT = 8;

/**
 * How many transactions stand in the WAL behind the `validFrames` that SQLite could read.
 *
 * One is what a power failure leaves: it was on its way, and nobody was told of it. More than one
 * cannot be: each was begun only when the one before it was on disk. Then a page in between is
 * damaged, and SQLite has silently dropped transactions that were acknowledged. (The format is
 * SQLite's, documented under "WAL-mode file format".)
 */
export function countUnreadTransactions(walPath: string, validFrames: number): number {
  const file = openSync(walPath, "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return 0;
    const salts = header.subarray(SALTS_AT, SALTS_AT + SALTS_BYTES);
    const step = FRAME_HEADER_BYTES + header.readUInt32BE(PAGE_SIZE_AT);
    const frame = Buffer.alloc(FRAME_HEADER_BYTES);
    let count = 0;
    for (let at = HEADER_BYTES + validFrames * step; ; at += step) {
      if (readSync(file, frame, 0, FRAME_HEADER_BYTES, at) < FRAME_HEADER_BYTES) return count;
      const isCurrent = salts.equals(frame.subarray(FRAME_SALTS_AT, FRAME_SALTS_AT + SALTS_BYTES));
      if (!isCurrent) return count;
      if (frame.readUInt32BE(FRAME_COMMIT_AT) > 0) count += 1;
    }
  } finally {
    closeSync(file);
  }
}
