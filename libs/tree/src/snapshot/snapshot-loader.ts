import { JuteReader, MarshallingError } from "@meerkat/jute";
import { readAcls } from "../codec/codec-parts.ts";
import { DataTree } from "../data-tree.ts";
import type { DataTreeOptions } from "../data-tree-options.ts";
import type { IdempotencyEntry } from "../idempotency/idempotency-table.ts";
import type { AclEntry } from "../state/acl-table.ts";
import { Znode, ZnodeKind } from "../znode.ts";
import { NEW_ACL, SNAPSHOT_FORMAT_VERSION, SnapshotItem } from "./snapshot-format.ts";

const KIND_MAX = ZnodeKind.ttl;
/** Until a txn writes it, it shows what this server was configured with, whoever took the snapshot. */
const CONFIG_PATH = "/zookeeper/config";

/**
 * Makes a tree of the chunks of a snapshot, given in order. The tree stands at the snapshot's
 * `startZxid`; it is the true one from `tree.consistentFrom` on, when the log has been replayed.
 */
export class SnapshotLoader {
  readonly #tree: DataTree;
  readonly #reader = new JuteReader();
  readonly #acls: AclEntry[] = [];
  readonly #entries: IdempotencyEntry[] = [];
  #startZxid: number | undefined;
  #complete = false;

  constructor(options: Partial<DataTreeOptions> = {}) {
    this.#tree = new DataTree(options);
  }

  /** @throws MarshallingError when the chunk is not the next one of a snapshot that this version reads. */
  load(chunk: Uint8Array): void {
    const reader = this.#reader;
    reader.reset(chunk);
    while (reader.remaining > 0) {
      if (this.#complete) throw new MarshallingError("bytes after the end of the snapshot");
      this.#readItem(reader.readByte());
    }
  }

  /** @throws MarshallingError when chunks are missing. */
  finish(): DataTree {
    if (!this.#complete) throw new MarshallingError("the snapshot breaks off before its end");
    return this.#tree;
  }

  #readItem(item: number): void {
    if (item === SnapshotItem.header) {
      this.#readHeader();
      return;
    }
    if (this.#startZxid === undefined) throw new MarshallingError("the snapshot has no header");
    switch (item) {
      case SnapshotItem.znode:
        this.#readZnode();
        break;
      case SnapshotItem.session:
        this.#readSession();
        break;
      case SnapshotItem.entry:
        this.#readEntry();
        break;
      case SnapshotItem.end:
        this.#readEnd(this.#startZxid);
        break;
      default:
        throw new MarshallingError(`snapshot item ${item} does not exist`);
    }
  }

  #readHeader(): void {
    if (this.#startZxid !== undefined) throw new MarshallingError("a second header");
    const version = this.#reader.readInt();
    if (version !== SNAPSHOT_FORMAT_VERSION) {
      throw new MarshallingError(
        `a snapshot of format ${version}; this version reads ${SNAPSHOT_FORMAT_VERSION}`,
      );
    }
    this.#startZxid = this.#reader.readLong();
  }

  #readZnode(): void {
    const reader = this.#reader;
    const path = reader.readString();
    const stored = reader.readLatin1();
    const acl = this.#readAcl();
    const [czxid, mzxid, pzxid] = [reader.readLong(), reader.readLong(), reader.readLong()];
    const [ctime, mtime] = [reader.readLong(), reader.readLong()];
    const [version, aversion, creations] = [reader.readInt(), reader.readInt(), reader.readInt()];
    const kind = this.#readKind();
    const ephemeralOwner = kind === ZnodeKind.ephemeral ? reader.readLong() : 0;
    const ttlMs = kind === ZnodeKind.ttl ? reader.readLong() : 0;
    const isConfigured = path === CONFIG_PATH && mzxid === 0;
    const data = isConfigured ? this.#tree.options.configText : stored;
    const birth = { data, kind, ephemeralOwner, ttlMs };
    const node = new Znode(birth, acl, { zxid: czxid, time: ctime });
    node.mzxid = mzxid;
    node.pzxid = pzxid;
    node.mtime = mtime;
    node.version = version;
    node.aversion = aversion;
    node.creations = creations;
    if (!this.#tree.znodes.plant(path, node)) {
      throw new MarshallingError(`the znode ${path} stands before its parent`);
    }
  }

  #readKind(): ZnodeKind {
    const kind = this.#reader.readByte();
    if (kind > KIND_MAX) throw new MarshallingError(`znode kind ${kind} does not exist`);
    return kind as ZnodeKind;
  }

  #readAcl(): AclEntry {
    const index = this.#reader.readInt();
    if (index === NEW_ACL) {
      const entry = this.#tree.znodes.aclEntryOf(readAcls(this.#reader));
      this.#acls.push(entry);
      return entry;
    }
    const entry = this.#acls[index];
    if (entry === undefined) throw new MarshallingError(`ACL ${index} does not exist`);
    return entry;
  }

  #readSession(): void {
    const id = this.#reader.readLong();
    const timeoutMs = this.#reader.readInt();
    const owner = this.#reader.readLong();
    this.#tree.sessions.add({ id, timeoutMs, owner, password: this.#reader.readBytes() });
  }

  #readEntry(): void {
    const key = this.#reader.readString();
    const fingerprint = this.#reader.readString();
    const zxid = this.#reader.readLong();
    const time = this.#reader.readLong();
    this.#entries.push({ key, fingerprint, zxid, time, resultBytes: this.#reader.readBytes() });
  }

  /** The entries that were forgotten while the snapshot was written are dropped here. */
  #readEnd(startZxid: number): void {
    const endZxid = this.#reader.readLong();
    const appliedZxid = this.#reader.readLong();
    const oldestZxid = this.#reader.readLong();
    const kept = this.#entries.filter((entry) => entry.zxid >= oldestZxid);
    kept.sort((a, b) => a.zxid - b.zxid);
    this.#tree.restored({ startZxid, endZxid, appliedZxid, entries: kept });
    this.#complete = true;
  }
}
