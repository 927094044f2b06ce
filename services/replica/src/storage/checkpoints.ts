import type Sqlite from "better-sqlite3";
import type { Chore } from "./storage-worker/chore.ts";

/** The WAL is carried over into the database file when it is about this large, or earlier when idle. */
const WAL_BYTES = 4 * 1024 * 1024;
const STAGGER_STEPS = 8;
const IDLE_MS = 250;

/** Differs from server to server, so that the servers of a quorum do not all stop at the same batch. */
export function walBytesFor(serverId: number): number {
  return WAL_BYTES * (1 + (serverId % STAGGER_STEPS) / STAGGER_STEPS);
}

/**
 * Keeps the WAL short. A checkpoint blocks commits for some milliseconds, so it runs after a commit was
 * confirmed: at once when the disk has been idle, otherwise when the WAL has reached its size.
 */
export class Checkpoints implements Chore {
  readonly #sqlite;
  readonly #walBytesMax: number;
  readonly #onFailed: (error: unknown) => void;
  #dueMs = Number.POSITIVE_INFINITY;
  #bytesSince = 0;

  constructor(sqlite: Sqlite.Database, walBytesMax: number, onFailed: (error: unknown) => void) {
    this.#sqlite = sqlite;
    this.#walBytesMax = walBytesMax;
    this.#onFailed = onFailed;
  }

  /** To be called after each commit with the bytes it wrote, about. */
  committed(bytes: number, nowMs: number): void {
    this.#bytesSince += bytes;
    this.#dueMs = this.#bytesSince >= this.#walBytesMax ? nowMs : nowMs + IDLE_MS;
  }

  get dueMs(): number {
    return this.#dueMs;
  }

  stop(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
  }

  run(): void {
    this.stop();
    try {
      this.#sqlite.pragma("wal_checkpoint(PASSIVE)");
      this.#bytesSince = 0;
    } catch (error) {
      this.#onFailed(error);
    }
  }
}
