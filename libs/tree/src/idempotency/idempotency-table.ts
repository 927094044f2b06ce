import { Fifo } from "../state/fifo.ts";
import type { TreeDigest } from "../state/tree-digest.ts";
import type { UndoJournal } from "../state/undo-journal.ts";

/** The answer of a txn that a client may ask for again. */
export interface IdempotencyEntry {
  readonly key: string;
  readonly fingerprint: string;
  readonly zxid: number;
  /** Of the txn, ms. */
  readonly time: number;
  /** The encoded TxnResult, one character per byte. */
  readonly resultBytes: string;
}

export interface IdempotencyLimits {
  readonly entriesMax: number;
  /** Of all answers together. */
  readonly bytesMax: number;
  readonly ageMsMax: number;
}

/**
 * Idempotency keys of successful txns with their answers, oldest first. Entries leave by count and
 * by the time of later txns, never by a clock, so every server forgets the same ones at the
 * same zxid. `appliedZxid` says up to where the table is complete: a replay over a snapshot that
 * holds later entries changes nothing until it has passed that point.
 */
export class IdempotencyTable {
  readonly #entries = new Map<string, IdempotencyEntry>();
  readonly #order = new Fifo<IdempotencyEntry>();
  readonly #limits: IdempotencyLimits;
  readonly #digest: TreeDigest;
  readonly #journal: UndoJournal;
  #appliedZxid = 0;
  #bytes = 0;

  constructor(limits: IdempotencyLimits, digest: TreeDigest, journal: UndoJournal) {
    this.#limits = limits;
    this.#digest = digest;
    this.#journal = journal;
  }

  get size(): number {
    return this.#entries.size;
  }

  get appliedZxid(): number {
    return this.#appliedZxid;
  }

  get oldest(): IdempotencyEntry | undefined {
    return this.#order.first;
  }

  get(key: string): IdempotencyEntry | undefined {
    return this.#entries.get(key);
  }

  /** Oldest first, unless a rollback brought some back. Entries added meanwhile are visited too. */
  values(): IterableIterator<IdempotencyEntry> {
    return this.#entries.values();
  }

  /**
   * Called with every txn before anything else of it: forgets what its time makes too old. False
   * when the table has been past this txn already and the txn must leave it alone.
   */
  advance(zxid: number, time: number): boolean {
    if (zxid <= this.#appliedZxid) return false;
    this.#appliedZxid = zxid;
    const oldestKept = time - this.#limits.ageMsMax;
    for (let entry = this.oldest; entry !== undefined && entry.time < oldestKept; ) {
      this.#evict(entry);
      entry = this.oldest;
    }
    return true;
  }

  /** The journal has taken back what came after. */
  rewind(appliedZxid: number): void {
    this.#appliedZxid = appliedZxid;
  }

  put(entry: IdempotencyEntry): void {
    for (let oldest = this.oldest; oldest !== undefined && this.#isFullFor(entry); ) {
      this.#evict(oldest);
      oldest = this.oldest;
    }
    this.#append(entry);
    if (!this.#journal.recording) return;
    this.#journal.push({
      undo: () => {
        this.#order.pop();
        this.#forget(entry);
      },
    });
  }

  /** From a snapshot: the entries as they stand in it, then where they stand. */
  restore(entries: Iterable<IdempotencyEntry>, appliedZxid: number): void {
    for (const entry of entries) this.#append(entry);
    this.#appliedZxid = appliedZxid;
  }

  #isFullFor({ resultBytes }: IdempotencyEntry): boolean {
    const { entriesMax, bytesMax } = this.#limits;
    return this.size >= entriesMax || this.#bytes + resultBytes.length > bytesMax;
  }

  #evict(entry: IdempotencyEntry): void {
    this.#order.shift();
    this.#forget(entry);
    if (!this.#journal.recording) return;
    this.#journal.push({
      undo: () => {
        this.#order.unshift(entry);
        this.#remember(entry);
      },
    });
  }

  #append(entry: IdempotencyEntry): void {
    this.#order.push(entry);
    this.#remember(entry);
  }

  #remember(entry: IdempotencyEntry): void {
    this.#entries.set(entry.key, entry);
    this.#bytes += entry.resultBytes.length;
    this.#digest.addEntry(entry.key, entry.fingerprint, entry.zxid, entry.resultBytes);
  }

  #forget(entry: IdempotencyEntry): void {
    this.#entries.delete(entry.key);
    this.#bytes -= entry.resultBytes.length;
    this.#digest.removeEntry(entry.key, entry.fingerprint, entry.zxid, entry.resultBytes);
  }
}
