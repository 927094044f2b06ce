import { TxnBatchReader } from "@meerkat/tree";
import { compareEventIds, END_OF_TXN, type EventId } from "@meerkat/watch-events";
import type { Proposal, Zxid } from "@meerkat/zab";
import type { LogPart } from "../storage/storage-client.ts";
import type { LoggedChanges, LoggedTxn } from "./logged-changes.ts";
import type { PublishedChange } from "./published-change.ts";

/** Where committed transactions are read once they have left the memory. */
export interface LogReader {
  readLog(after: Zxid, bytesMax: number): Promise<LogPart>;
}

/** Changes out of the log; `through` is how far that is. "gone" when it goes on only behind `logStart`. */
export type LogSlice =
  | { readonly kind: "changes"; readonly changes: PublishedChange[]; readonly through: EventId }
  | { readonly kind: "gone"; readonly logStart: Zxid };

const READ_BYTES = 256 * 1024;

/** Goes through the committed changes of the log in order, a part of it in memory at a time. */
export class LogCursor {
  readonly #log: LogReader;
  readonly #logged: LoggedChanges;
  readonly #unread: Proposal[] = [];
  #batch: { readonly reader: TxnBatchReader; zxid: number } | undefined;
  /** The rest of a txn that did not fit into a slice. */
  #pending: PublishedChange[] = [];
  #through: EventId;

  constructor(log: LogReader, logged: LoggedChanges, after: EventId) {
    this.#log = log;
    this.#logged = logged;
    this.#through = after;
  }

  /**
   * At most `max` changes of txns up to and with the one at `end`, which is committed. There may be none
   * while there is more: not every txn changes a znode.
   */
  async next(max: number, end: number): Promise<LogSlice> {
    let changes = this.#take(max, end);
    const isAtEnd = compareEventIds(this.#through, { zxid: end, index: END_OF_TXN }) >= 0;
    if (changes.length === 0 && !isAtEnd) {
      const part = await this.#read(end);
      if (part.kind === "gone") return part;
      changes = this.#take(max, end);
    }
    return { kind: "changes", changes, through: this.#through };
  }

  /** Out of what was read already. */
  #take(max: number, end: number): PublishedChange[] {
    const changes: PublishedChange[] = [];
    while (changes.length < max) {
      if (this.#pending.length === 0 && !this.#takeTxn(end)) break;
      const some = this.#pending.splice(0, max - changes.length);
      changes.push(...some);
      const last = some.at(-1)?.event;
      if (last === undefined) continue;
      if (this.#pending.length > 0) this.#through = last;
      else this.#advance(last.zxid);
    }
    return changes;
  }

  /** Says false when nothing that was read is left before the end. */
  #takeTxn(end: number): boolean {
    const txn = this.#nextTxn(end);
    if (txn === undefined) return false;
    const after = this.#through;
    this.#pending = this.#logged
      .changesOf(txn)
      .filter(({ event }) => compareEventIds(event, after) > 0);
    if (this.#pending.length === 0) this.#advance(txn.zxid);
    return true;
  }

  /** A proposal is read whole, so it may begin with what was told already. */
  #advance(zxid: number): void {
    if (zxid >= this.#through.zxid) this.#through = { zxid, index: END_OF_TXN };
  }

  #nextTxn(end: number): LoggedTxn | undefined {
    for (;;) {
      this.#batch ??= batchOf(this.#unread.shift());
      if (this.#batch === undefined || this.#batch.zxid > end) return undefined;
      const txn = this.#batch.reader.next();
      if (txn !== undefined) return { zxid: this.#batch.zxid++, txn };
      this.#batch = undefined;
    }
  }

  async #read(end: number): Promise<LogPart> {
    this.#unread.length = 0;
    this.#batch = undefined;
    const { zxid, index } = this.#through;
    // With the rest of the txn that the last change is in the middle of.
    const part = await this.#log.readLog(
      (index === END_OF_TXN ? zxid : zxid - 1) as Zxid,
      READ_BYTES,
    );
    if (part.kind === "gone") return part;
    for (const proposal of part.proposals) {
      if (proposal.first > end) break;
      if (proposal.kind === "txns") this.#unread.push(proposal);
      else if (this.#unread.length === 0) this.#advance(proposal.last);
    }
    return part;
  }
}

function batchOf(proposal: Proposal | undefined) {
  if (proposal === undefined) return undefined;
  return { reader: new TxnBatchReader(proposal.payload), zxid: proposal.first as number };
}
