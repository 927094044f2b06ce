import type { SessionId } from "../request.ts";
import type { TreeDigest } from "../state/tree-digest.ts";
import type { UndoJournal } from "../state/undo-journal.ts";

/** A client's replicated session. The id is the zxid of its createSession txn. */
export interface Session {
  readonly id: SessionId;
  readonly timeoutMs: number;
  /** 16 bytes, one character each: whoever has it owns the session. */
  readonly password: string;
  /** The gateway (its incarnation) that serves the session alone; 0 when any gateway may. */
  readonly owner: number;
}

/** The sessions that exist. Who is alive is not replicated: that is the leader's expiry queue. */
export class SessionTable {
  readonly #sessions = new Map<SessionId, Session>();
  readonly #digest: TreeDigest;
  readonly #journal: UndoJournal;

  constructor(digest: TreeDigest, journal: UndoJournal) {
    this.#digest = digest;
    this.#journal = journal;
  }

  get size(): number {
    return this.#sessions.size;
  }

  has(id: SessionId): boolean {
    return this.#sessions.has(id);
  }

  get(id: SessionId): Session | undefined {
    return this.#sessions.get(id);
  }

  /** In the order of their creation. */
  values(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  /** A session that is there already, in a replay, is the same one. */
  add(session: Session): void {
    if (this.#sessions.has(session.id)) return;
    this.#insert(session);
    if (this.#journal.recording) this.#journal.push({ undo: () => this.#delete(session) });
  }

  /** A session that is gone, in a replay, stays gone. */
  attach(id: SessionId, owner: number, timeoutMs: number): void {
    const before = this.#sessions.get(id);
    if (before === undefined) return;
    const after = { ...before, owner, timeoutMs };
    this.#replace(before, after);
    if (this.#journal.recording) this.#journal.push({ undo: () => this.#replace(after, before) });
  }

  remove(id: SessionId): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    this.#delete(session);
    if (this.#journal.recording) this.#journal.push({ undo: () => this.#insert(session) });
  }

  /** Keeps its place in the order. */
  #replace(before: Session, after: Session): void {
    this.#digest.removeSession(before);
    this.#sessions.set(after.id, after);
    this.#digest.addSession(after);
  }

  #insert(session: Session): void {
    this.#sessions.set(session.id, session);
    this.#digest.addSession(session);
  }

  #delete(session: Session): void {
    this.#sessions.delete(session.id);
    this.#digest.removeSession(session);
  }
}
