import type Sqlite from "better-sqlite3";
import { LogTable } from "./log-table.ts";
import { type OpenDatabase, openDatabase, type StorageOptions } from "./open-database.ts";
import { SnapshotTables } from "./snapshot-tables.ts";
import { StateTables } from "./state-tables.ts";

/** The open data folder: its tables, and transactions over them. Lives in the storage thread. */
export class Store {
  readonly path: string;
  readonly sqlite: Sqlite.Database;
  readonly log: LogTable;
  readonly snapshots: SnapshotTables;
  readonly state: StateTables;
  readonly #begin;
  readonly #commit;
  readonly #rollback;

  private constructor({ sqlite, path }: OpenDatabase) {
    this.path = path;
    this.sqlite = sqlite;
    this.log = new LogTable(sqlite);
    this.snapshots = new SnapshotTables(sqlite);
    this.state = new StateTables(sqlite, path);
    this.#begin = sqlite.prepare("BEGIN IMMEDIATE");
    this.#commit = sqlite.prepare("COMMIT");
    this.#rollback = sqlite.prepare("ROLLBACK");
  }

  /** @throws StorageRefused as `openDatabase` does, and when the epochs cannot be read. */
  static open(options: StorageOptions): Store {
    const store = new Store(openDatabase(options));
    store.state.readHardState();
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

  close(): void {
    this.sqlite.close();
  }
}
