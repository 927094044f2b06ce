import { epochOf, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import type Sqlite from "better-sqlite3";
import { walBytesFor } from "./checkpoints.ts";
import { LogRoom } from "./log-room.ts";
import { LogTable } from "./log-table.ts";
import { type OpenDatabase, openDatabase, type StorageOptions } from "./open-database.ts";
import { randomStoreId } from "./random-store-id.ts";
import { SnapshotTables } from "./snapshot-tables.ts";
import { StateTables } from "./state-tables.ts";
import { warmWal } from "./warm-wal.ts";

function limitSize(sqlite: Sqlite.Database, bytesMax: number): void {
  const pageBytes = Number(sqlite.pragma("page_size", { simple: true }));
  sqlite.pragma(`max_page_count = ${Math.max(1, Math.floor(bytesMax / pageBytes))}`);
}

/** The open data folder: its tables, and transactions over them. Lives in the storage thread. */
export class Store {
  readonly path: string;
  readonly sqlite: Sqlite.Database;
  /** The WAL held acknowledged transactions that could not be read. */
  readonly hasLostTransactions: boolean;
  readonly log: LogTable;
  readonly logRoom: LogRoom;
  readonly snapshots: SnapshotTables;
  readonly state: StateTables;
  readonly #begin;
  readonly #commit;
  readonly #rollback;

  private constructor(
    { sqlite, path, hasLostTransactions }: OpenDatabase,
    options: StorageOptions,
  ) {
    this.path = path;
    this.sqlite = sqlite;
    this.hasLostTransactions = hasLostTransactions;
    this.log = new LogTable(sqlite);
    this.logRoom = new LogRoom(sqlite, options);
    this.snapshots = new SnapshotTables(sqlite);
    this.state = new StateTables(sqlite, path);
    this.#begin = sqlite.prepare("BEGIN IMMEDIATE");
    this.#commit = sqlite.prepare("COMMIT");
    this.#rollback = sqlite.prepare("ROLLBACK");
  }

  /** @throws StorageRefused as `openDatabase` does, and when the epochs cannot be read. */
  static open(options: StorageOptions): Store {
    const database = openDatabase(options);
    const store = new Store(database, options);
    store.state.readHardState();
    if (database.hasLostTransactions) store.transaction(() => store.loseVoice());
    warmWal(store.sqlite, store.path, walBytesFor(options.serverId));
    if (options.bytesMax > 0) limitSize(store.sqlite, options.bytesMax);
    return store;
  }

  /** All of `work` reaches the disk before this returns, or none of it and this throws. */
  transaction(work: () => void): void {
    this.#begin.run();
    try {
      work();
      this.#commit.run();
    } catch (error) {
      if (this.sqlite.inTransaction) this.#rollback.run();
      throw error;
    }
  }

  /** Zxid of the newest thing that is here. */
  get lastZxid(): Zxid {
    const snapshotZxid = this.snapshots.completed()[0]?.zxid ?? ZXID_ZERO;
    return Math.max(this.log.newest ?? ZXID_ZERO, snapshotZxid) as Zxid;
  }

  /**
   * Something is lost that may have been acknowledged: from now on this is a new store, which has to
   * be admitted again (docs/adr/0001). It claims no more than what it still holds.
   */
  loseVoice(): void {
    const { state, committed } = this.state.readHardState();
    const last = this.lastZxid;
    const currentEpoch = epochOf(last);
    this.state.storeId = randomStoreId();
    this.state.writeHardState(
      { acceptedEpoch: state.acceptedEpoch, currentEpoch, voice: false },
      Math.min(committed, last) as Zxid,
    );
  }

  close(): void {
    this.sqlite.close();
  }
}
