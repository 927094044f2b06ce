import type { GatewayTick } from "@meerkat/transport";
import {
  type DataTree,
  ExpiryQueue,
  type Operation,
  type Session,
  type SessionId,
  type Txn,
} from "@meerkat/tree";
import type { Zxid } from "@meerkat/zab";
import { Doubts, type Question } from "./doubts.ts";
import { requestsToEnd } from "./requests-to-end.ts";

/** A gateway that stays silent keeps its sessions for their timeout and so much longer … */
const SILENCE_GRACE_MS = 1_500;
/** … and may count on this much of it: its clock and ours are not the same. */
export const LEASE_GRACE_MS = 1_000;

/** What of a gateway's tick matters here. */
export type GatewayWord = Pick<GatewayTick, "gateway" | "touched" | "answers">;

/**
 * The leader alone decides that a session has expired. Time is counted in the leader's own ticks: a
 * machine that was asleep or overloaded has heard nobody, and that is no client's fault.
 *
 * It hears of clients through gateways. So before a session ends, the gateway that serves it is asked;
 * and while that gateway says nothing, the session has its timeout from the gateway's last word. That
 * is what a gateway's lease means: it may keep its clients until then without a leader.
 */
export class ExpiryTicker {
  readonly #tickTimeMs: number;
  readonly #queue: ExpiryQueue;
  readonly #doubts = new Doubts();
  /** When each gateway last said something; who has not spoken yet did so at the beginning. */
  readonly #heardAtMs = new Map<number, number>();
  #nowMs = 0;

  /** A new leader gives every session its full timeout again. */
  constructor(tree: DataTree, tickTimeMs: number) {
    this.#tickTimeMs = tickTimeMs;
    this.#queue = new ExpiryQueue(tickTimeMs);
    for (const { id, timeoutMs } of tree.sessions.values()) {
      this.#queue.touch(id, timeoutMs, this.#nowMs);
    }
  }

  /** Whom to ask, now and at every tick. */
  get questions(): readonly Question[] {
    return this.#doubts.questions();
  }

  /**
   * A gateway says whom it heard of; sessions that are gone are left alone. Returned are the requests
   * that end those of which it should have heard.
   */
  onWord(tree: DataTree, { gateway, touched, answers }: GatewayWord): readonly Operation[] {
    this.#heardAtMs.set(gateway, this.#nowMs);
    for (const id of touched) {
      const session = tree.session(id);
      if (session !== undefined) this.#touch(id, session.timeoutMs);
    }
    if (answers === 0) return [];
    return this.#end(tree, this.#doubts.onAnswer({ gateway, number: answers }));
  }

  /** Sessions begin, move and end with the txns that this leader prepares. */
  prepared({ body }: Txn, zxid: Zxid): void {
    if (body.type === "createSession") this.#touch(zxid, body.timeoutMs);
    else if (body.type === "attachSession") this.#touch(body.attached, body.timeoutMs);
    else if (body.type === "closeSession") {
      this.#doubts.remove(body.closed);
      this.#queue.remove(body.closed);
    }
  }

  /** One tick has passed: the requests that end the sessions whose time is up beyond doubt. */
  tick(tree: DataTree): readonly Operation[] {
    this.#nowMs += this.#tickTimeMs;
    const isOver = (id: SessionId) => this.#isOver(tree.session(id));
    return this.#end(tree, this.#queue.expire(this.#nowMs).filter(isOver));
  }

  #touch(id: SessionId, timeoutMs: number): void {
    this.#doubts.remove(id);
    this.#queue.touch(id, timeoutMs, this.#nowMs);
  }

  /** Its time seems to be up. Where a gateway may know better, it is put off until that is sure. */
  #isOver(session: Session | undefined): boolean {
    if (session === undefined) return false;
    const { id, owner, timeoutMs } = session;
    if (owner === 0) return true;
    const silentSinceMs = this.#heardAtMs.get(owner) ?? 0;
    const leftMs = silentSinceMs + timeoutMs + SILENCE_GRACE_MS - this.#nowMs;
    const isAsked = this.#doubts.has(id);
    if (isAsked && leftMs < 0) return true;
    if (!isAsked) this.#doubts.add(id, owner);
    this.#queue.touch(id, Math.max(0, leftMs), this.#nowMs);
    return false;
  }

  #end(tree: DataTree, sessions: readonly SessionId[]): readonly Operation[] {
    const requests: Operation[] = [];
    for (const id of sessions) {
      const session = tree.session(id);
      if (session === undefined) continue;
      // Until its end is prepared it stays in the queue, in case the request is refused.
      this.#touch(id, session.timeoutMs);
      requests.push(...requestsToEnd(tree, id));
    }
    return requests;
  }
}
