import {
  type DataTree,
  type DeleteOperation,
  ExpiryQueue,
  type Operation,
  type Txn,
} from "@meerkat/tree";
import type { Zxid } from "@meerkat/zab";

/** More ephemerals than this are deleted in txns of their own before the session is closed. */
const EPHEMERALS_PER_TXN_MAX = 2_000;

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
    else if (body.type === "attachSession") {
      this.#queue.touch(body.attached, body.timeoutMs, this.#nowMs);
    } else if (body.type === "closeSession") this.#queue.remove(body.closed);
  }

  /** One tick has passed: the requests that end the sessions which are due. */
  tick(tree: DataTree): readonly Operation[] {
    this.#nowMs += this.#tickTimeMs;
    const requests: Operation[] = [];
    for (const id of this.#queue.expire(this.#nowMs)) {
      const session = tree.session(id);
      if (session === undefined) continue;
      // Until its end is prepared it stays in the queue, in case the request is refused.
      this.#queue.touch(id, session.timeoutMs, this.#nowMs);
      requests.push(...requestsToEnd(tree, id));
    }
    return requests;
  }
}

/** One txn removes a session with its ephemerals, unless they are too many for one message. */
function requestsToEnd(tree: DataTree, session: number): readonly Operation[] {
  const paths = tree.ephemerals(session);
  const requests: Operation[] = [];
  for (let at = 0; paths.length - at > EPHEMERALS_PER_TXN_MAX; at += EPHEMERALS_PER_TXN_MAX) {
    const some = paths.slice(at, at + EPHEMERALS_PER_TXN_MAX);
    requests.push({ type: "multi", operations: some.map(deletionOf) });
  }
  requests.push({ type: "closeSession", session });
  return requests;
}

function deletionOf(path: string): DeleteOperation {
  return { type: "delete", path, version: -1 };
}
