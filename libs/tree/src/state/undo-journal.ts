import { invariant } from "../invariant.ts";
import { Fifo } from "./fifo.ts";

export type Undo = () => void;

interface JournaledTxn {
  readonly zxid: number;
  readonly undoCount: number;
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
  #undoCountAtBegin = 0;
  #committedZxid = 0;
  #rollbacks = 0;

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

  begin(): void {
    invariant(!this.#recording, "a txn begins while another is being prepared");
    this.#recording = true;
    this.#undoCountAtBegin = this.#undos.length;
  }

  end(zxid: number): void {
    invariant(this.#recording, "a txn ends that never began", zxid);
    this.#recording = false;
    this.#txns.push({ zxid, undoCount: this.#undos.length - this.#undoCountAtBegin });
  }

  /** Preparing broke off: nothing of the txn remains. */
  abort(start: number): void {
    this.rollbackTo(start);
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
      this.#rollbacks += 1;
    }
  }
}
