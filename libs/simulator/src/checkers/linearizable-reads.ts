import { formatZxid, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Answer, Checker, ReadId } from "./checker.ts";

/**
 * LinearizableReads: a read through a barrier sees at least what had been told to anybody before
 * it was sent, be it by the answer of a write or of another such read.
 */
export class LinearizableReads implements Checker {
  readonly #due = new Map<ReadId, Zxid>();
  #told: Zxid = ZXID_ZERO;

  answered({ appliedZxid }: Answer): void {
    if (appliedZxid > this.#told) this.#told = appliedZxid;
  }

  readSent(read: ReadId): void {
    this.#due.set(read, this.#told);
  }

  readServed(read: ReadId, appliedZxid: Zxid): void {
    const due = this.#due.get(read);
    this.#due.delete(read);
    if (due !== undefined && appliedZxid < due) {
      const claim = `a linearizable read saw the tree at ${formatZxid(appliedZxid)}`;
      throw new Violation("LinearizableReads", `${claim}, ${formatZxid(due)} was known before`);
    }
    if (appliedZxid > this.#told) this.#told = appliedZxid;
  }
}
