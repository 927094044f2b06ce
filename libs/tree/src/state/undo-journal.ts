import { invariant } from "../invariant.ts";
import { Fifo } from "./fifo.ts";

export type Undo = () => void;

/** How far the tree and its idempotency table had come before a txn. */
export interface JournalPosition {
  readonly lastZxid: number;
  readonly appliedZxid: number;
}

interface JournaledTxn {
  readonly zxid: number;
  readonly undoCount: number;
  readonly before: JournalPosition;
}

/**
 * The way back from what the leader's tree holds but nobody has committed yet: one function per
 * change, in order. The same journal takes back a failing multi (`rollbackTo`) and, when
 * leadership is lost, every txn that was only proposed (`rollback`). Followers record nothing.
 */
export class UndoJournal {
  readonly #undos = new Fifo<Undo>();
  readonly #txns = new Fifo<JournaledTxn>();
  #recording = false;
  readonly #restore: (position: JournalPosition) => void;
  #before: JournalPosition = { lastZxid: 0, appliedZxid: 0 };
  #undoCountAtBegin = 0;
  #committedZxid = 0;
  #rollbacks = 0;

  constructor(restore: (position: JournalPosition) => void) {
    this.#restore = restore;
  }

  get recording(): boolean {
    return this.#recording;
  }

  /** Txns prepared and not yet committed. */
  get length(): number {
    return this.#txns.length;
  }

  /** How often something was rolled back: a snapshot begun before one is worth nothing. */
  get rollbacks(): number {
    return this.#rollbacks;
  }

  /** Called with every change while recording, after the change was made. */
  push(undo: Undo): void {
    this.#undos.push(undo);
  }

  begin(before: JournalPosition): void {
    invariant(!this.#recording, "a txn begins while another is being prepared");
    this.#recording = true;
    this.#before = before;
    this.#undoCountAtBegin = this.#undos.length;
  }

  end(zxid: number): void {
    invariant(this.#recording, "a txn ends that never began", zxid);
    this.#recording = false;
    const undoCount = this.#undos.length - this.#undoCountAtBegin;
    this.#txns.push({ zxid, undoCount, before: this.#before });
  }

  /** Preparing broke off: nothing of the txn remains. */
  abort(): void {
    this.rollbackTo(this.#undoCountAtBegin);
    this.#restore(this.#before);
    this.#recording = false;
  }

  mark(): number {
    return this.#undos.length;
  }

  rollbackTo(mark: number): void {
    while (this.#undos.length > mark) this.#undos.pop()?.();
  }

  /** Everything up to `zxid` is committed: the way back from it is forgotten. */
  commit(zxid: number): void {
    for (let txn = this.#txns.first; txn !== undefined; txn = this.#txns.first) {
      if (txn.zxid > zxid) break;
      this.#txns.shift();
      for (let i = 0; i < txn.undoCount; i += 1) this.#undos.shift();
    }
    if (zxid > this.#committedZxid) this.#committedZxid = zxid;
  }

  /** Undoes every txn after `zxid`, the newest first. What is committed cannot be undone. */
  rollback(zxid: number): void {
    invariant(!this.#recording, "a rollback while a txn is being prepared", zxid);
    invariant(zxid >= this.#committedZxid, "committed txns cannot be rolled back", zxid);
    for (let txn = this.#txns.last; txn !== undefined; txn = this.#txns.last) {
      if (txn.zxid <= zxid) break;
      this.#txns.pop();
      this.rollbackTo(this.#undos.length - txn.undoCount);
      this.#restore(txn.before);
      this.#rollbacks += 1;
    }
  }
}
