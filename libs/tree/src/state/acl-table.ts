import { type Acl, OPEN_ACL_UNSAFE } from "../acl/acl.ts";
import { Hash64 } from "./hash64.ts";

/** One ACL list, shared by every znode that has it. */
export interface AclEntry {
  readonly list: readonly Acl[];
  /** Equal lists have equal keys. */
  readonly key: string;
  readonly hash: number;
  /** Znodes that have it. */
  references: number;
}

/**
 * Every distinct ACL list once: a tree of a million nodes has a handful. An entry leaves the table
 * with the last node that has it.
 */
export class AclTable {
  readonly #entries = new Map<string, AclEntry>();
  readonly #open: AclEntry = makeEntry(OPEN_ACL_UNSAFE);

  /** The entry for a list; it counts as used only once it is retained. */
  entryOf(list: readonly Acl[]): AclEntry {
    if (list === OPEN_ACL_UNSAFE) return this.#open;
    const key = keyOf(list);
    if (key === this.#open.key) return this.#open;
    return this.#entries.get(key) ?? makeEntry(list);
  }

  retain(entry: AclEntry): void {
    entry.references += 1;
    if (entry.references === 1 && entry !== this.#open) this.#entries.set(entry.key, entry);
  }

  release(entry: AclEntry): void {
    entry.references -= 1;
    if (entry.references > 0 || this.#entries.get(entry.key) !== entry) return;
    this.#entries.delete(entry.key);
  }

  /** Distinct lists in use. */
  get size(): number {
    return this.#entries.size + (this.#open.references > 0 ? 1 : 0);
  }
}

function makeEntry(list: readonly Acl[]): AclEntry {
  const key = keyOf(list);
  const hash = new Hash64();
  hash.start(list.length);
  hash.text(key);
  return { list, key, hash: hash.low, references: 0 };
}

/** Lengths stand before the texts, so that no two lists have the same key. */
function keyOf(list: readonly Acl[]): string {
  return list
    .map(({ perms, id }) => `${perms}:${id.scheme.length}:${id.scheme}:${id.id.length}:${id.id}`)
    .join();
}
