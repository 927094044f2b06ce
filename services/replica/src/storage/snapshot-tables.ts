import { crc32 } from "node:zlib";
import type { Members, SnapshotChunk, Zxid } from "@meerkat/zab";
import type Sqlite from "better-sqlite3";
import { decodeMembersText, encodeMembersText } from "./members-text.ts";
import type { snapshot, snapshotChunk } from "./schema.ts";

export interface SnapshotHeader {
  readonly id: number;
  /** Everything up to here is in it; the log goes on from here. */
  readonly zxid: Zxid;
  /** Nothing after this is in it. Committed, since the snapshot is complete. */
  readonly endZxid: Zxid;
  readonly members: Members;
}

type Source = "own" | "leader";
/** "retired" ones are on their way out, some chunks at a time. */
type Origin = Source | "retired";

interface Open {
  readonly id: number;
  readonly zxid: Zxid;
}

type HeaderRow = Pick<typeof snapshot.$inferSelect, "id" | "zxid" | "endZxid" | "members">;
type ChunkRow = Pick<typeof snapshotChunk.$inferSelect, "crc" | "chunk"> & {
  readonly isLast: number;
};

/** Snapshots and their chunks. At most one is being written from each source at a time. */
export class SnapshotTables {
  readonly #insert;
  readonly #complete;
  readonly #retire;
  readonly #delete;
  readonly #completed;
  readonly #incomplete;
  readonly #insertChunk;
  readonly #chunk;
  readonly #deleteChunks;
  readonly #open: Record<Source, Open | undefined> = { own: undefined, leader: undefined };

  constructor(sqlite: Sqlite.Database) {
    this.#insert = sqlite.prepare(
      "INSERT INTO snapshot (zxid, end_zxid, source, complete, members) VALUES (?, ?, ?, 0, '[]')",
    );
    this.#complete = sqlite.prepare(
      "UPDATE snapshot SET complete = 1, end_zxid = ?, members = ? WHERE id = ?",
    );
    this.#retire = sqlite.prepare(
      "UPDATE snapshot SET complete = 0, source = 'retired' WHERE id = ?",
    );
    this.#delete = sqlite.prepare("DELETE FROM snapshot WHERE id = ?");
    this.#completed = sqlite.prepare<[], HeaderRow>(
      "SELECT id, zxid, end_zxid AS endZxid, members FROM snapshot " +
        "WHERE complete = 1 ORDER BY zxid DESC, id DESC",
    );
    this.#incomplete = sqlite
      .prepare<[Origin], number>("SELECT id FROM snapshot WHERE complete = 0 AND source = ?")
      .pluck();
    this.#insertChunk = sqlite.prepare(
      "INSERT INTO snapshot_chunk (snapshot_id, position, is_last, crc, chunk) VALUES (?, ?, ?, ?, ?)",
    );
    this.#chunk = sqlite.prepare<[number, number], ChunkRow>(
      "SELECT is_last AS isLast, crc, chunk FROM snapshot_chunk " +
        "WHERE snapshot_id = ? AND position = ?",
    );
    this.#deleteChunks = sqlite.prepare(
      "DELETE FROM snapshot_chunk WHERE rowid IN " +
        "(SELECT rowid FROM snapshot_chunk WHERE snapshot_id = ? LIMIT ?)",
    );
  }

  /** Adds a chunk; index 0 starts over and drops what this source had not completed. */
  stage(source: Source, { zxid, index, last, chunk }: SnapshotChunk): void {
    if (index === 0) this.#begin(source, zxid);
    const open = this.#open[source];
    // Chunks of an own snapshot that an install has made worthless meanwhile.
    if (open === undefined && source === "own") return;
    if (open === undefined) throw new Error(`snapshot chunk ${index} came without its first one`);
    this.#insertChunk.run(open.id, index, last ? 1 : 0, crc32(chunk), chunk);
  }

  #begin(source: Source, zxid: Zxid): void {
    this.abandon(source);
    const { lastInsertRowid } = this.#insert.run(zxid, zxid, source);
    this.#open[source] = { id: Number(lastInsertRowid), zxid };
  }

  /** The zxid of the snapshot that this source is writing. */
  openZxid(source: Source): Zxid | undefined {
    return this.#open[source]?.zxid;
  }

  /** The staged snapshot of this source counts from now on. */
  complete(source: Source, endZxid: Zxid, members: Members): void {
    const open = this.#open[source];
    if (open === undefined) throw new Error("there is no staged snapshot to complete");
    this.#complete.run(endZxid, encodeMembersText(members), open.id);
    this.#open[source] = undefined;
  }

  /** Deletes what this origin has not completed. */
  abandon(origin: Origin): void {
    for (const id of this.#incomplete.all(origin)) this.delete(id);
    if (origin !== "retired") this.#open[origin] = undefined;
  }

  /** No longer counts; `deleteSome` may take its time. */
  retire(id: number): void {
    this.#retire.run(id);
  }

  /** A snapshot to be deleted, if there is one. */
  get retired(): number | undefined {
    return this.#incomplete.get("retired");
  }

  /** Complete ones, the newest first. */
  completed(): readonly SnapshotHeader[] {
    return this.#completed.all().map(({ id, zxid, endZxid, members }) => ({
      id,
      zxid: zxid as Zxid,
      endZxid: endZxid as Zxid,
      members: decodeMembersText(members),
    }));
  }

  /** One chunk; "damaged" when its checksum does not fit, undefined when there is none. */
  chunk(header: SnapshotHeader, index: number): SnapshotChunk | "damaged" | undefined {
    const row = this.#chunk.get(header.id, index);
    if (row === undefined) return undefined;
    if (crc32(row.chunk) !== row.crc) return "damaged";
    return { zxid: header.zxid, index, last: row.isLast === 1, chunk: row.chunk };
  }

  isSound(header: SnapshotHeader): boolean {
    for (let index = 0; ; index += 1) {
      const chunk = this.chunk(header, index);
      if (chunk === undefined || chunk === "damaged") return false;
      if (chunk.last) return true;
    }
  }

  /** Deletes at most `rowsMax` chunks, and the snapshot itself with its last one; says whether it is gone. */
  deleteSome(id: number, rowsMax: number): boolean {
    if (this.#deleteChunks.run(id, rowsMax).changes === rowsMax) return false;
    this.#delete.run(id);
    return true;
  }

  delete(id: number): void {
    this.deleteSome(id, Number.MAX_SAFE_INTEGER);
  }
}
