import { type Proposal, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import type Sqlite from "better-sqlite3";
import { kindCode, kindOf, proposalChecksum } from "./row-checksum.ts";

/** Epochs are so far apart. */
export const EPOCH_RANGE = 2 ** 32;

interface LogRow {
  readonly last: Zxid;
  readonly first: Zxid;
  readonly previous: Zxid;
  readonly kind: number;
  readonly committed: Zxid;
  readonly crc: number;
  readonly payload: Uint8Array;
}

/** A row as it was found. `sound` is false when its checksum does not fit. */
export interface StoredProposal {
  readonly proposal: Proposal;
  readonly committed: Zxid;
  readonly sound: boolean;
}

/** The rows of the log. The one hot statement is `append`; it costs one page of WAL per small batch. */
export class LogTable {
  readonly #insert;
  readonly #truncate;
  readonly #clear;
  readonly #purge;
  readonly #sizes;
  readonly #ascending;
  readonly #descending;
  readonly #newest;
  readonly #oldest;
  readonly #lastBefore;
  readonly #lastCommitted;

  constructor(sqlite: Sqlite.Database) {
    this.#insert = sqlite.prepare(
      "INSERT INTO log (last, first, previous, kind, committed, crc, payload) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#truncate = sqlite.prepare("DELETE FROM log WHERE last > ?");
    this.#clear = sqlite.prepare("DELETE FROM log");
    this.#purge = sqlite.prepare("DELETE FROM log WHERE last <= ?");
    this.#sizes = sqlite.prepare<[number], { readonly last: Zxid; readonly bytes: number }>(
      "SELECT last, length(payload) AS bytes FROM log WHERE last <= ? ORDER BY last",
    );
    this.#ascending = sqlite.prepare<[number], LogRow>(
      "SELECT * FROM log WHERE last > ? ORDER BY last",
    );
    this.#descending = sqlite.prepare<[number], LogRow>(
      "SELECT * FROM log WHERE last <= ? ORDER BY last DESC",
    );
    this.#newest = sqlite.prepare<[], Zxid>("SELECT max(last) FROM log").pluck();
    this.#oldest = sqlite
      .prepare<[], Zxid>("SELECT previous FROM log ORDER BY last LIMIT 1")
      .pluck();
    this.#lastBefore = sqlite
      .prepare<[number], Zxid>("SELECT last FROM log WHERE last < ? ORDER BY last DESC LIMIT 1")
      .pluck();
    this.#lastCommitted = sqlite
      .prepare<[], Zxid>("SELECT committed FROM log ORDER BY last DESC LIMIT 1")
      .pluck();
  }

  append(proposal: Proposal, committed: Zxid): void {
    const { last, first, previous, kind, payload } = proposal;
    const crc = proposalChecksum(proposal);
    this.#insert.run(last, first, previous, kindCode(kind), committed, crc, payload);
  }

  truncateAfter(zxid: Zxid): void {
    this.#truncate.run(zxid);
  }

  clear(): void {
    this.#clear.run();
  }

  /** Deletes the oldest rows up to `zxid`, about as many as the bounds allow; says whether more are left. */
  purge(zxid: Zxid, bounds: { readonly rowsMax: number; readonly bytesMax: number }): boolean {
    let rows = 0;
    let bytes = 0;
    let through: Zxid | undefined;
    let isMore = false;
    for (const row of this.#sizes.iterate(zxid)) {
      isMore = rows >= bounds.rowsMax || bytes >= bounds.bytesMax;
      if (isMore) break;
      rows += 1;
      bytes += row.bytes;
      through = row.last;
    }
    if (through !== undefined) this.#purge.run(through);
    return isMore;
  }

  /** Rows after `zxid`, oldest first, read one by one. */
  *after(zxid: Zxid): Generator<StoredProposal> {
    for (const row of this.#ascending.iterate(zxid)) yield storedProposalOf(row);
  }

  /** Rows up to and with `zxid`, newest first. */
  *backwardFrom(zxid: Zxid): Generator<StoredProposal> {
    for (const row of this.#descending.iterate(zxid)) yield storedProposalOf(row);
  }

  /** Zxid of the newest row, undefined when there is none. */
  get newest(): Zxid | undefined {
    return this.#newest.get() ?? undefined;
  }

  /** The zxid that the oldest row follows: where the log can continue from. */
  get start(): Zxid | undefined {
    return this.#oldest.get();
  }

  get lastCommitted(): Zxid {
    return this.#lastCommitted.get() ?? ZXID_ZERO;
  }

  /** The newest row below `zxid`; walking by it visits each epoch's end without reading the rows between. */
  lastBefore(zxid: number): Zxid | undefined {
    return this.#lastBefore.get(zxid);
  }
}

function storedProposalOf(row: LogRow): StoredProposal {
  const { last, first, previous, payload, committed } = row;
  const proposal = { previous, first, last, kind: kindOf(row.kind), payload };
  return { proposal, committed, sound: proposalChecksum(proposal) === row.crc };
}
