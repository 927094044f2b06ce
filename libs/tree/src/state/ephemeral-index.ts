import { invariant } from "../invariant.ts";
import type { SessionId } from "../request.ts";

interface OwnedPaths {
  readonly paths: Set<string>;
  /** Characters of the paths together. */
  length: number;
}

/** Which ephemerals a session owns: what closing it deletes. */
export class EphemeralIndex {
  readonly #bySession = new Map<SessionId, OwnedPaths>();
  #size = 0;

  /** Ephemerals of all sessions. */
  get size(): number {
    return this.#size;
  }

  of(session: SessionId): ReadonlySet<string> | undefined {
    return this.#bySession.get(session)?.paths;
  }

  /** Characters of the session's paths together: the length of the txn that will close it. */
  lengthOf(session: SessionId): number {
    return this.#bySession.get(session)?.length ?? 0;
  }

  /** Sessions that own something. */
  owners(): IterableIterator<SessionId> {
    return this.#bySession.keys();
  }

  add(path: string, owner: SessionId): void {
    let owned = this.#bySession.get(owner);
    if (owned === undefined) {
      owned = { paths: new Set(), length: 0 };
      this.#bySession.set(owner, owned);
    }
    owned.paths.add(path);
    owned.length += path.length;
    this.#size += 1;
  }

  remove(path: string, owner: SessionId): void {
    const owned = this.#bySession.get(owner);
    invariant(owned !== undefined, "an ephemeral that its session does not know", path, owner);
    owned.paths.delete(path);
    owned.length -= path.length;
    if (owned.paths.size === 0) this.#bySession.delete(owner);
    this.#size -= 1;
  }
}
