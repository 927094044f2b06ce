import { type DataTree, ExpiryQueue, type Operation, type Txn } from "@meerkat/tree";
import type { Zxid } from "@meerkat/zab";

/**
 * The leader alone decides that a session has expired. Time is counted in the leader's own ticks: a
 * machine that was asleep or overloaded has heard nobody, and that is no client's fault.
 */
export class ExpiryTicker {
  readonly #tickTimeMs: number;
  readonly #queue: ExpiryQueue;
  #nowMs = 0;

  /** A new leader gives every session its full timeout again. */
  constructor(tree: DataTree, tickTimeMs: number) {
    this.#tickTimeMs = tickTimeMs;
    this.#queue = new ExpiryQueue(tickTimeMs);
    for (const { id, timeoutMs } of tree.sessions.values()) {
      this.#queue.touch(id, timeoutMs, this.#nowMs);
    }
  }

  /** What a gateway heard since its last tick. Sessions that are gone are left alone. */
  touched(tree: DataTree, sessions: readonly number[]): void {
    for (const id of sessions) {
      const session = tree.session(id);
      if (session !== undefined) this.#queue.touch(id, session.timeoutMs, this.#nowMs);
    }
  }

  /** Sessions begin and end with the txns that this leader prepares. */
  prepared({ body }: Txn, zxid: Zxid): void {
    if (body.type === "createSession") this.#queue.touch(zxid, body.timeoutMs, this.#nowMs);
    else if (body.type === "closeSession") this.#queue.remove(body.closed);
  }

  /** One tick has passed: the requests that end the sessions which are due. */
  tick(): readonly Operation[] {
    this.#nowMs += this.#tickTimeMs;
    const expired = this.#queue.expire(this.#nowMs);
    return expired.map((session) => ({ type: "closeSession", session }));
  }
}
