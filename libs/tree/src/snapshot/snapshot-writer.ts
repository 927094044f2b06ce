import { JuteWriter } from "@meerkat/jute";
import { writeAcls } from "../codec/codec-parts.ts";
import type { DataTree } from "../data-tree.ts";
import type { IdempotencyEntry } from "../idempotency/idempotency-table.ts";
import type { Session } from "../session/session-table.ts";
import type { AclEntry } from "../state/acl-table.ts";
import { type Znode, ZnodeKind } from "../znode.ts";
import { NEW_ACL, SNAPSHOT_FORMAT_VERSION, SnapshotItem } from "./snapshot-format.ts";

type Stage = "header" | "znodes" | "sessions" | "entries" | "end" | "complete" | "invalid";

/**
 * Writes a tree out in slices while txns go on being applied to it: a fuzzy snapshot. Whoever
 * replays the log after `startZxid` over it has the true state from `endZxid` on.
 *
 * Znodes and sessions younger than `startZxid` are left out, since the replay makes them: so the
 * walk ends however fast new ones come. Idempotency entries are all written, because their answers
 * cannot be computed again over a fuzzy tree.
 */
export class SnapshotWriter {
  readonly startZxid: number;
  readonly #tree: DataTree;
  readonly #rollbacks: number;
  readonly #writer = new JuteWriter(64 * 1024);
  readonly #acls = new Map<AclEntry, number>();
  readonly #znodes: IterableIterator<[string, Znode]>;
  readonly #sessions: IterableIterator<Session>;
  readonly #entries: IterableIterator<IdempotencyEntry>;
  #stage: Stage = "header";
  #endZxid: number | undefined;

  constructor(tree: DataTree) {
    this.#tree = tree;
    this.startZxid = tree.lastZxid;
    this.#rollbacks = tree.journal.rollbacks;
    this.#znodes = tree.znodes.entries();
    this.#sessions = tree.sessions.values();
    this.#entries = tree.idempotency.values();
  }

  /**
   * Known once the last chunk is out: the snapshot may hold effects up to here, so on a leader it
   * counts only when this zxid is committed. Undefined for ever when the tree was rolled back
   * meanwhile: then the chunks are worth nothing.
   */
  get endZxid(): number | undefined {
    return this.#endZxid;
  }

  /** The next chunk, undefined when there is no more. It ends with the first item beyond `bytesMax`. */
  next(bytesMax: number): Uint8Array | undefined {
    const writer = this.#writer;
    writer.reset();
    while (writer.length < bytesMax && this.#writeItem());
    return writer.length === 0 || this.#stage === "invalid" ? undefined : writer.toBytes();
  }

  /** False when there is nothing left to write. */
  #writeItem(): boolean {
    if (this.#stage === "complete") return false;
    if (this.#tree.journal.rollbacks !== this.#rollbacks) {
      this.#stage = "invalid";
      return false;
    }
    switch (this.#stage) {
      case "header":
        this.#writer.writeByte(SnapshotItem.header);
        this.#writer.writeInt(SNAPSHOT_FORMAT_VERSION);
        this.#writer.writeLong(this.startZxid);
        this.#stage = "znodes";
        return true;
      case "znodes":
        if (!this.#writeZnode()) this.#stage = "sessions";
        return true;
      case "sessions":
        if (!this.#writeSession()) this.#stage = "entries";
        return true;
      case "entries":
        if (!this.#writeEntry()) this.#stage = "end";
        return true;
      case "end":
        this.#writeEnd();
        this.#stage = "complete";
        return true;
      case "invalid":
        return false;
    }
  }

  #writeZnode(): boolean {
    const next = this.#znodes.next();
    if (next.done === true) return false;
    const [path, node] = next.value;
    if (node.czxid > this.startZxid) return true;
    const writer = this.#writer;
    writer.writeByte(SnapshotItem.znode);
    writer.writeUstring(path);
    writer.writeLatin1(node.data);
    this.#writeAcl(node.acl);
    writer.writeLong(node.czxid);
    writer.writeLong(node.mzxid);
    writer.writeLong(node.pzxid);
    writer.writeLong(node.ctime);
    writer.writeLong(node.mtime);
    writer.writeInt(node.version);
    writer.writeInt(node.aversion);
    writer.writeInt(node.creations);
    writer.writeByte(node.kind);
    if (node.kind === ZnodeKind.ephemeral) writer.writeLong(node.ephemeralOwner);
    if (node.kind === ZnodeKind.ttl) writer.writeLong(node.ttlMs);
    return true;
  }

  /** A list is written where it first comes up, and as a number from then on. */
  #writeAcl(entry: AclEntry): void {
    const known = this.#acls.get(entry);
    this.#writer.writeInt(known ?? NEW_ACL);
    if (known !== undefined) return;
    writeAcls(this.#writer, entry.list);
    this.#acls.set(entry, this.#acls.size);
  }

  #writeSession(): boolean {
    const next = this.#sessions.next();
    if (next.done === true) return false;
    const { id, timeoutMs, owner, password } = next.value;
    if (id > this.startZxid) return true;
    this.#writer.writeByte(SnapshotItem.session);
    this.#writer.writeLong(id);
    this.#writer.writeInt(timeoutMs);
    this.#writer.writeLong(owner);
    this.#writer.writeLatin1(password);
    return true;
  }

  #writeEntry(): boolean {
    const next = this.#entries.next();
    if (next.done === true) return false;
    const { key, fingerprint, zxid, time, resultBytes } = next.value;
    this.#writer.writeByte(SnapshotItem.entry);
    this.#writer.writeUstring(key);
    this.#writer.writeUstring(fingerprint);
    this.#writer.writeLong(zxid);
    this.#writer.writeLong(time);
    this.#writer.writeLatin1(resultBytes);
    return true;
  }

  /** Written in one turn with the end of the entries: it says which of them were forgotten meanwhile. */
  #writeEnd(): void {
    const { idempotency, lastZxid, consistentFrom } = this.#tree;
    this.#endZxid = Math.max(lastZxid, consistentFrom);
    this.#writer.writeByte(SnapshotItem.end);
    this.#writer.writeLong(this.#endZxid);
    this.#writer.writeLong(idempotency.appliedZxid);
    this.#writer.writeLong(idempotency.oldest?.zxid ?? Number.MAX_SAFE_INTEGER);
  }
}
