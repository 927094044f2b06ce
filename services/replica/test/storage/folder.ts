import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type HardState,
  makeEpoch,
  makeZxid,
  type Persist,
  type Proposal,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import Sqlite from "better-sqlite3";
import { onTestFinished } from "vitest";
import type { LoadedHistory } from "../../src/storage/history.ts";
import { DATABASE_FILE, type StorageOptions } from "../../src/storage/open-database.ts";
import { StorageClient, type StorageEvents } from "../../src/storage/storage-client.ts";
import type { StorageFailed } from "../../src/storage/storage-refused.ts";

export const WINDOW_BYTES = 1_000_000;

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "meerkat-storage-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function optionsOf(dataDir: string, change: Partial<StorageOptions> = {}): StorageOptions {
  return { dataDir, ensemble: "test", serverId: 1, bytesMax: 0, keepLogBytes: 0, ...change };
}

/** What the storage said by itself. */
export interface Heard {
  readonly failures: StorageFailed[];
  readonly purged: Zxid[];
  readonly damaged: string[];
}

export interface Opened extends Heard {
  readonly storage: StorageClient;
  readonly loaded: LoadedHistory;
}

export async function open(dataDir: string, change: Partial<StorageOptions> = {}): Promise<Opened> {
  const heard: Heard = { failures: [], purged: [], damaged: [] };
  const events: StorageEvents = {
    onFailed: (error) => heard.failures.push(error),
    onPurged: (logStart) => heard.purged.push(logStart),
    onDamaged: (message) => heard.damaged.push(message),
    onCommitted: () => undefined,
  };
  const storage = await StorageClient.open(optionsOf(dataDir, change), events);
  onTestFinished(() => storage.close());
  return { ...heard, storage, loaded: await storage.load(WINDOW_BYTES) };
}

export function zxid(epoch: number, counter: number): Zxid {
  return makeZxid(makeEpoch(epoch), counter);
}

/** A batch of one txn that follows `previous` within its epoch, or opens `epoch`. */
export function proposalAfter(previous: Zxid, text: string, epoch = 1): Proposal {
  const isSameEpoch = previous >= zxid(epoch, 0);
  const first = isSameEpoch ? ((previous + 1) as Zxid) : zxid(epoch, 1);
  return { previous, first, last: first, kind: "txns", payload: bytes(text) };
}

/** `count` batches of one txn each from 1.1 on, named t1, t2 … */
export function proposals(count: number, after: Zxid = ZXID_ZERO): Proposal[] {
  const made: Proposal[] = [];
  for (let n = 1; n <= count; n += 1) made.push(proposalAfter(made.at(-1)?.last ?? after, `t${n}`));
  return made;
}

export function persist(parts: Partial<Persist>): Persist {
  return { stage: [], append: [], committed: ZXID_ZERO, ...parts };
}

export function hardState(accepted: number, current: number, voice: boolean): HardState {
  return { acceptedEpoch: makeEpoch(accepted), currentEpoch: makeEpoch(current), voice };
}

export function write(storage: StorageClient, parts: Partial<Persist>): Promise<void> {
  return new Promise((resolve) => {
    storage.write(persist(parts), () => {
      resolve();
      // There may be others in flight.
      storage.awaitWrites();
    });
    storage.awaitWrites();
  });
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textsOf(history: readonly Proposal[]): string[] {
  return history.map(({ payload }) => new TextDecoder().decode(payload));
}

/** Changes the file behind the storage's back, as a failing disk would. */
export function tamper(dataDir: string, sql: string): void {
  const sqlite = new Sqlite(join(dataDir, DATABASE_FILE));
  sqlite.exec(sql);
  sqlite.close();
}

export function pageBytesOf(dataDir: string): unknown {
  const sqlite = new Sqlite(join(dataDir, DATABASE_FILE));
  const pageBytes = sqlite.pragma("page_size", { simple: true });
  sqlite.close();
  return pageBytes;
}

/** Of the database file of a closed storage: pages that hold something. */
export function usedBytesOf(dataDir: string): number {
  const sqlite = new Sqlite(join(dataDir, DATABASE_FILE));
  const [pages, free, pageBytes] = ["page_count", "freelist_count", "page_size"].map((name) =>
    Number(sqlite.pragma(name, { simple: true })),
  );
  sqlite.close();
  return ((pages ?? 0) - (free ?? 0)) * (pageBytes ?? 0);
}
