import { invariant } from "../invariant.ts";
import { Fifo } from "./fifo.ts";
import { JournaledTxns } from "./journaled-txns.ts";

/** The way back from one change. */
export interface Undo {
  undo(): void;
}

/**
 * The way back from what the leader's tree holds but nobody has committed yet: one `Undo` per
 * change, in order. The same journal takes back a failing multi (`rollbackTo`) and, when
 * leadership is lost, every txn that was only proposed (`rollback`). Followers record nothing.
 */
export class UndoJournal {
  readonly #undos = new Fifo<Undo>();
  readonly #txns = new JournaledTxns();
  #recording = false;
  readonly #restore: (lastZxid: number, appliedZxid: number) => void;
  /** How far the tree and its idempotency table had come before the txn that is being prepared. */
  #lastZxid = 0;
  #appliedZxid = 0;
  #undoCountAtBegin = 0;
  #committedZxid = 0;
  #rollbacks = 0;

  constructor(restore: (lastZxid: number, appliedZxid: number) => void) {
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

  /** Called with every change while recording. */
  push(undo: Undo): void {
    this.#undos.push(undo);
  }

  /** The tree and its idempotency table have come so far before the txn. */
  begin(lastZxid: number, appliedZxid: number): void {
    invariant(!this.#recording, "a txn begins while another is being prepared");
    this.#recording = true;
    this.#lastZxid = lastZxid;
    this.#appliedZxid = appliedZxid;
    this.#undoCountAtBegin = this.#undos.length;
  }

  end(zxid: number): void {
    invariant(this.#recording, "a txn ends that never began", zxid);
    this.#recording = false;
    const undoCount = this.#undos.length - this.#undoCountAtBegin;
    this.#txns.push(zxid, undoCount, this.#lastZxid, this.#appliedZxid);
  }

  /** Preparing broke off: nothing of the txn remains. */
  abort(): void {
    this.rollbackTo(this.#undoCountAtBegin);
    this.#restore(this.#lastZxid, this.#appliedZxid);
    this.#recording = false;
  }

  mark(): number {
    return this.#undos.length;
  }

  rollbackTo(mark: number): void {
    while (this.#undos.length > mark) this.#undos.pop()?.undo();
  }

  /** Everything up to `zxid` is committed: the way back from it is forgotten. */
  commit(zxid: number): void {
    const txns = this.#txns;
    while (txns.length > 0 && txns.firstZxid <= zxid) {
      for (let left = txns.shift(); left > 0; left -= 1) this.#undos.shift();
    }
    if (zxid > this.#committedZxid) this.#committedZxid = zxid;
  }

  /** Undoes every txn after `zxid`, the newest first. What is committed cannot be undone. */
  rollback(zxid: number): void {
    invariant(!this.#recording, "a rollback while a txn is being prepared", zxid);
    invariant(zxid >= this.#committedZxid, "committed txns cannot be rolled back", zxid);
    const txns = this.#txns;
    while (txns.length > 0 && txns.lastZxid > zxid) {
      const { undoCount, lastZxid, appliedZxid } = txns.pop();
      this.rollbackTo(this.#undos.length - undoCount);
      this.#restore(lastZxid, appliedZxid);
      this.#rollbacks += 1;
    }
  }
}
