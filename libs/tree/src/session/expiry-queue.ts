import { invariant } from "../invariant.ts";
import type { SessionId } from "../request.ts";

/**
 * Who is due when, kept by the leader alone. Time is an argument and may be any clock that does
 * not go back. Deadlines are rounded up to whole buckets, as ZooKeeper does, so that a touch is
 * cheap: a session expires between `timeoutMs` and `timeoutMs + bucketMs` after its last touch.
 */
export class ExpiryQueue {
  readonly #bucketMs: number;
  readonly #deadlines = new Map<SessionId, number>();
  readonly #buckets = new Map<number, Set<SessionId>>();
  /** No bucket is due before this. */
  #earliest = Number.POSITIVE_INFINITY;

  constructor(bucketMs: number) {
    invariant(bucketMs > 0, "a bucket has a width", bucketMs);
    this.#bucketMs = bucketMs;
  }

  get size(): number {
    return this.#deadlines.size;
  }

  has(session: SessionId): boolean {
    return this.#deadlines.has(session);
  }

  /** Ms, on the clock of `touch`; undefined for a session that is not watched. */
  deadlineOf(session: SessionId): number | undefined {
    return this.#deadlines.get(session);
  }

  /** The session was heard of at `now`: starts watching it, or puts its deadline off. */
  touch(session: SessionId, timeoutMs: number, now: number): void {
    const deadline = (Math.floor((now + timeoutMs) / this.#bucketMs) + 1) * this.#bucketMs;
    const before = this.#deadlines.get(session);
    if (before === deadline) return;
    if (before !== undefined) this.#leave(session, before);
    this.#deadlines.set(session, deadline);
    const bucket = this.#buckets.get(deadline);
    if (bucket === undefined) this.#buckets.set(deadline, new Set([session]));
    else bucket.add(session);
    if (deadline < this.#earliest) this.#earliest = deadline;
  }

  remove(session: SessionId): void {
    const deadline = this.#deadlines.get(session);
    if (deadline === undefined) return;
    this.#deadlines.delete(session);
    this.#leave(session, deadline);
  }

  /** Sessions whose deadline has come, earliest first; they are watched no longer. */
  expire(now: number): SessionId[] {
    if (now < this.#earliest) return [];
    const due = [...this.#buckets.keys()].filter((deadline) => deadline <= now);
    const expired: SessionId[] = [];
    for (const deadline of due.sort((a, b) => a - b)) {
      for (const session of this.#buckets.get(deadline) ?? []) {
        expired.push(session);
        this.#deadlines.delete(session);
      }
      this.#buckets.delete(deadline);
    }
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const deadline of this.#buckets.keys()) {
      if (deadline < this.#earliest) this.#earliest = deadline;
    }
    return expired;
  }

  clear(): void {
    this.#deadlines.clear();
    this.#buckets.clear();
    this.#earliest = Number.POSITIVE_INFINITY;
  }

  #leave(session: SessionId, deadline: number): void {
    const bucket = this.#buckets.get(deadline);
    invariant(bucket !== undefined, "a deadline without a bucket", session, deadline);
    bucket.delete(session);
    if (bucket.size === 0) this.#buckets.delete(deadline);
  }
}
