import type { History } from "../history/history.ts";
import type { ServerId, StoreId } from "../ids.ts";
import type { Members } from "../proposal.ts";

/**
 * Whose promises and acknowledgements count, as this server's own history says (ADR 0001): those of
 * the data folder in force for that voter, if it is known to be admitted: it claims so itself, or
 * this server knows that the admission is committed.
 *
 * Asked anew at each count, so that an admission of another store silences the old one at once,
 * together with everything it said before.
 */
export class Electorate {
  readonly #history: History;
  /** Set by the leader of a founding epoch, until its first proposal names them in the history. */
  founders: Members | undefined;

  constructor(history: History) {
    this.#history = history;
  }

  counts(voter: ServerId, storeId: StoreId, voice: boolean): boolean {
    if (!this.isInForce(voter, storeId)) return false;
    if (voice) return true;
    const vouched = this.#history.vouchedMembers ?? this.founders;
    return vouched?.get(voter) === storeId;
  }

  isInForce(voter: ServerId, storeId: StoreId): boolean {
    return (this.#history.membersInForce ?? this.founders)?.get(voter) === storeId;
  }
}
