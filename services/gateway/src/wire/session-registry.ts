import type { SessionId } from "@meerkat/tree";

/** The connection that serves a session here. */
export interface SessionHolder {
  /** The session is over, or is served elsewhere. */
  onSessionLost(why: "closed" | "moved"): void;
}

/** Which connection of this gateway serves which session: one each, the newest. */
export class SessionRegistry {
  readonly #holders = new Map<SessionId, SessionHolder>();

  get size(): number {
    return this.#holders.size;
  }

  find(session: SessionId): SessionHolder | undefined {
    return this.#holders.get(session);
  }

  enter(session: SessionId, holder: SessionHolder): void {
    this.#holders.set(session, holder);
  }

  /** Does nothing when another connection serves the session by now. */
  leave(session: SessionId, holder: SessionHolder): void {
    if (this.#holders.get(session) === holder) this.#holders.delete(session);
  }
}
