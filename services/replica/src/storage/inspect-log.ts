import { existsSync } from "node:fs";
import { join } from "node:path";
import { readTxnBatch, type Txn } from "@meerkat/tree";
import { formatZxid, type Zxid } from "@meerkat/zab";
import Sqlite from "better-sqlite3";
import { LogTable, type StoredProposal } from "./log-table.ts";
import { DATABASE_FILE } from "./open-database.ts";
import { StorageRefused } from "./storage-refused.ts";

/** One transaction of a replica's log, as a person reads it. */
export interface InspectedTxn {
  readonly zxid: string;
  readonly time: string;
  readonly session: string;
  readonly body: unknown;
}

/** A row that holds no transactions: an admission, or one that fails its checksum. */
export interface InspectedRow {
  readonly zxid: string;
  readonly kind: "admission" | "damaged";
}

/**
 * What the log of a stopped replica holds after `after`, in order.
 *
 * @throws StorageRefused when there is no log, or its replica is running.
 */
export function* inspectLog(dataDir: string, after: Zxid): Generator<InspectedTxn | InspectedRow> {
  const path = join(dataDir, DATABASE_FILE);
  if (!existsSync(path)) {
    throw new StorageRefused(`There is no ${path}. Name the data folder of one replica.`);
  }
  const sqlite = new Sqlite(path);
  try {
    // The replica's own mode, so that both see each other's lock; nothing is written.
    sqlite.pragma("locking_mode = EXCLUSIVE");
    sqlite.pragma("query_only = ON");
    for (const row of new LogTable(sqlite).after(after)) yield* inspectRow(row);
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError)) throw error;
    throw new StorageRefused(
      `${path} cannot be read (${error.message}). Stop the replica that uses it, then try again.`,
    );
  } finally {
    sqlite.close();
  }
}

function* inspectRow({ proposal, sound }: StoredProposal): Generator<InspectedTxn | InspectedRow> {
  if (!sound || proposal.kind === "admission") {
    yield { zxid: formatZxid(proposal.last), kind: sound ? "admission" : "damaged" };
    return;
  }
  let zxid = proposal.first as number;
  for (const txn of readTxnBatch(proposal.payload).txns) yield inspectTxn(zxid++ as Zxid, txn);
}

function inspectTxn(zxid: Zxid, txn: Txn): InspectedTxn {
  return {
    zxid: formatZxid(zxid),
    time: new Date(txn.time).toISOString(),
    session: formatZxid(txn.session as Zxid),
    body: txn.body,
  };
}
