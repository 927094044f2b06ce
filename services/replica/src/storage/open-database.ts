import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
} from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { migrate } from "./migrations.ts";
import { randomStoreId } from "./random-store-id.ts";
import { StorageRefused } from "./storage-refused.ts";
import { countUnreadTransactions } from "./wal-inspection.ts";

/** Version of the meaning of the rows. A replica refuses a folder written by a newer one. */
export const FORMAT = 1;
export const DATABASE_FILE = "replica.db";
/**
 * Of a new database; one that exists keeps its own. Larger pages are fewer system calls for a batch of
 * hundreds of transactions, smaller ones are less to write for a lone one: from 16 KiB on it is slower.
 */
export const PAGE_BYTES = 8192;
/** Long enough for a predecessor that was just killed to let go of its lock. */
const LOCK_TIMEOUT_MS = 1000;

export interface StorageOptions {
  /** The folder of this one replica; made when missing. */
  readonly dataDir: string;
  readonly ensemble: string;
  readonly serverId: number;
  /** Largest size of the database file; a write beyond it fails like a full disk. 0 is no limit. */
  readonly bytesMax: number;
  /** Log that the snapshots make needless stays while less than this of the file is in use. */
  readonly keepLogBytes: number;
}

export interface OpenDatabase {
  readonly sqlite: Sqlite.Database;
  readonly path: string;
  /** The WAL holds acknowledged transactions that cannot be read any more. */
  readonly hasLostTransactions: boolean;
}

/**
 * Opens the folder, takes its lock, checks whose it is and brings its tables up to date.
 *
 * @throws StorageRefused when the folder is not writable, in use, of another server, or too new.
 */
export function openDatabase(options: StorageOptions): OpenDatabase {
  const path = join(options.dataDir, DATABASE_FILE);
  makeFolder(options.dataDir);
  const sqlite = connect(path);
  try {
    tune(sqlite);
    const hasLostTransactions = checkWal(sqlite, `${path}-wal`);
    checkIdentity(sqlite, options, path);
    migrate(sqlite);
    sign(sqlite, options);
    syncFolder(options.dataDir);
    return { sqlite, path, hasLostTransactions };
  } catch (error) {
    sqlite.close();
    throw refusalOf(error, path);
  }
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StorageRefused(
      `The data folder ${dataDir} cannot be written (${reasonOf(error)}). ` +
        "Give this process the right to write there, or name another folder in MEERKAT_DATA_DIR.",
    );
  }
}

function connect(path: string): Sqlite.Database {
  try {
    return new Sqlite(path, { timeout: LOCK_TIMEOUT_MS });
  } catch (error) {
    throw refusalOf(error, path);
  }
}

/**
 * EXCLUSIVE keeps a second process out and the WAL's index out of shared memory. FULL makes each
 * commit wait for fsync. Checkpoints are made by `Checkpoints`, outside the way of a commit.
 */
function tune(sqlite: Sqlite.Database): void {
  sqlite.pragma("locking_mode = EXCLUSIVE");
  sqlite.pragma(`page_size = ${PAGE_BYTES}`);
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("synchronous = FULL");
  sqlite.pragma("wal_autocheckpoint = 0");
  sqlite.pragma("foreign_keys = OFF");
  sqlite.exec("BEGIN IMMEDIATE; COMMIT");
}

/** The names of new files are durable too: a power failure must not turn them into an empty folder. */
function syncFolder(dataDir: string): void {
  const folder = openSync(dataDir, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * What is in the WAL goes to the database file, so that new transactions begin a new generation of
 * it, and remains of old ones are never taken for new ones.
 */
function checkWal(sqlite: Sqlite.Database, walPath: string): boolean {
  if (!existsSync(walPath)) return false;
  const [state] = sqlite.pragma("wal_checkpoint(PASSIVE)") as [{ readonly log: number }];
  return state.log >= 0 && countUnreadTransactions(walPath, state.log) > 1;
}

interface MetaRow {
  readonly format: number;
  readonly ensemble: string;
  readonly server_id: number;
}

/** Runs before the migrations, so that a folder of somebody else is left exactly as it was. */
function checkIdentity(sqlite: Sqlite.Database, options: StorageOptions, path: string): void {
  const tables = sqlite
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .pluck()
    .all();
  if (tables.length === 0) return;
  if (!tables.includes("meta")) {
    throw new StorageRefused(
      `${path} is a SQLite database, but not one of Meerkat. Name another folder in MEERKAT_DATA_DIR.`,
    );
  }
  const row = sqlite.prepare<[], MetaRow>("SELECT * FROM meta").get();
  if (row === undefined) return;
  if (row.format > FORMAT) {
    throw new StorageRefused(
      `${path} has format ${row.format}, and this version of Meerkat reads up to ${FORMAT}. ` +
        "Start the version that wrote it, or a newer one.",
    );
  }
  if (row.ensemble !== options.ensemble) {
    throw new StorageRefused(
      `${path} belongs to the ensemble "${row.ensemble}", not to "${options.ensemble}". ` +
        "Correct MEERKAT_ENSEMBLE, or name another folder in MEERKAT_DATA_DIR.",
    );
  }
  if (row.server_id !== options.serverId) {
    throw new StorageRefused(
      `${path} belongs to server ${row.server_id}, not to server ${options.serverId}. ` +
        "Correct MEERKAT_SERVER_ID, or name another folder in MEERKAT_DATA_DIR.",
    );
  }
}

function sign(sqlite: Sqlite.Database, options: StorageOptions): void {
  sqlite
    .prepare(
      "INSERT INTO meta (id, format, ensemble, server_id, store_id, incarnation) " +
        "VALUES (1, ?, ?, ?, ?, 0) " +
        "ON CONFLICT DO NOTHING",
    )
    .run(FORMAT, options.ensemble, options.serverId, randomStoreId());
}

function refusalOf(error: unknown, path: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  if (error.code.startsWith("SQLITE_BUSY") || error.code.startsWith("SQLITE_LOCKED")) {
    return new StorageRefused(
      `${path} is in use by another process. Each replica needs a data folder of its own: ` +
        "stop the other process, or name another folder in MEERKAT_DATA_DIR.",
    );
  }
  if (error.code.startsWith("SQLITE_CORRUPT") || error.code === "SQLITE_NOTADB") {
    return new StorageRefused(
      `${path} is damaged (${error.message}). Move the folder away and start again: the replica ` +
        "then joins with an empty folder and fetches everything from the leader.",
    );
  }
  return new StorageRefused(
    `${path} cannot be opened (${error.message}, ${error.code}). ` +
      "Check that the disk has space and that this process may write there.",
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
