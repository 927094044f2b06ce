import type { SessionId } from "@meerkat/tree";
import { Deque } from "../deque.ts";
import type { PendingRead } from "./pending-read.ts";
import type { PendingWrite } from "./pending-write.ts";
import { SessionLine } from "./session-line.ts";

type Pending = PendingWrite | PendingRead;

/**
 * Requests that have not started, one line per session. Within a line the order of arrival holds;
 * between lines the rota goes round, one request each, so that a session with a thousand requests
 * does not shut out one with a single request.
 *
 * A line exists while its session has something under way, and no longer.
 */
export class SessionQueue {
  readonly #lines = new Map<SessionId, SessionLine>();
  /** Lines with waiting requests that no read holds. */
  readonly #rota = new Deque<SessionLine>();
  #count = 0;
  #bytes = 0;

  /** Requests that wait. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The session's line, if it has anything under way. */
  find(session: SessionId): SessionLine | undefined {
    return this.#lines.get(session);
  }

  lineOf(session: SessionId): SessionLine {
    let line = this.#lines.get(session);
    if (line === undefined) {
      line = new SessionLine(session);
      this.#lines.set(session, line);
    }
    return line;
  }

  push(pending: Pending): void {
    const line = pending.line;
    line.waiting.push(pending);
    this.#count += 1;
    this.#bytes += bytesOf(pending);
    this.schedule(line);
  }

  /** The next request whose turn it is; the caller starts it. */
  next(): Pending | undefined {
    for (let line = this.#rota.shift(); line !== undefined; line = this.#rota.shift()) {
      line.inRota = false;
      const pending = line.readsHolding === 0 ? line.waiting.shift() : undefined;
      if (pending === undefined) continue;
      this.#count -= 1;
      this.#bytes -= bytesOf(pending);
      this.schedule(line);
      return pending;
    }
    return undefined;
  }

  /** Puts a line into the rota if it has something to start; due when a read lets go of it. */
  schedule(line: SessionLine): void {
    if (line.inRota || line.waiting.size === 0 || line.readsHolding > 0) return;
    line.inRota = true;
    this.#rota.push(line);
  }

  /** Forgets a session's line that has nothing under way. */
  release(line: SessionLine): void {
    if (line.isIdle && line.isOrdered) this.#lines.delete(line.session);
  }

  /** Takes out the waiting requests that `isGone` names. */
  removeWhere(isGone: (pending: Pending) => boolean): Pending[] {
    if (this.#count === 0) return [];
    const removed: Pending[] = [];
    for (const line of this.#lines.values()) {
      if (line.waiting.size === 0) continue;
      for (const pending of line.waiting.removeWhere(isGone)) {
        this.#count -= 1;
        this.#bytes -= bytesOf(pending);
        removed.push(pending);
      }
      this.release(line);
    }
    return removed;
  }
}

function bytesOf(pending: Pending): number {
  return pending.kind === "write" ? pending.waitingBytes : 0;
}
