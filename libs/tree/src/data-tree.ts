import { type Acl, type Id, OPEN_ACL_UNSAFE, Perms, WORLD_ANYONE } from "./acl/acl.ts";
import { isAllowed, visibleAcl } from "./acl/check-acl.ts";
import type { ApplySink } from "./apply-sink.ts";
import { type ChildrenPage, type PageOptions, pageOf } from "./children-page.ts";
import { DATA_TREE_OPTIONS, type DataTreeOptions } from "./data-tree-options.ts";
import { type IdempotencyEntry, IdempotencyTable } from "./idempotency/idempotency-table.ts";
import type { QuotaTable } from "./quota/quota-table.ts";
import type { SessionId, ZnodeData } from "./request.ts";
import { type Session, SessionTable } from "./session/session-table.ts";
import type { Stat } from "./stat.ts";
import { TreeDigest } from "./state/tree-digest.ts";
import { UndoJournal } from "./state/undo-journal.ts";
import { ZnodeTable } from "./state/znode-table.ts";
import { applyTxn } from "./txn/apply/apply-txn.ts";
import { Preparation } from "./txn/prepare/preparation.ts";
import type { Txn } from "./txn/txn.ts";
import { type ReadonlyZnode, statOf, Znode, ZnodeKind } from "./znode.ts";

const CONFIG_ACL: readonly Acl[] = [{ perms: Perms.READ, id: WORLD_ANYONE }];

/** What a snapshot says of itself, and the part of it that comes last. */
export interface RestoredState {
  readonly startZxid: number;
  readonly endZxid: number;
  readonly appliedZxid: number;
  readonly entries: readonly IdempotencyEntry[];
}

/**
 * The state machine: znodes, sessions and idempotency keys after some zxid. It holds no networking
 * and reads no clock. Followers and gateways `apply` what is committed; the leader's tree runs
 * ahead by `prepare` and can be taken back with `journal`.
 */
export class DataTree {
  readonly options: DataTreeOptions;
  readonly journal: UndoJournal;
  readonly sessions: SessionTable;
  /** For this library's own rooms: whoever changes a znode outside of a txn breaks the digest. */
  readonly znodes: ZnodeTable;
  readonly idempotency: IdempotencyTable;
  /** For `prepare`. */
  readonly preparation = new Preparation(this);
  readonly #digest = new TreeDigest();
  #lastZxid = 0;
  #consistentFrom = 0;

  constructor(options: Partial<DataTreeOptions> = {}) {
    this.options = { ...DATA_TREE_OPTIONS, ...options };
    this.journal = new UndoJournal((lastZxid, appliedZxid) => {
      this.#lastZxid = lastZxid;
      this.idempotency.rewind(appliedZxid);
    });
    this.sessions = new SessionTable(this.#digest, this.journal);
    this.znodes = new ZnodeTable(this.#digest, this.journal);
    this.idempotency = new IdempotencyTable(
      {
        entriesMax: this.options.idempotencyEntriesMax,
        bytesMax: this.options.idempotencyBytesMax,
        ageMsMax: this.options.idempotencyAgeMsMax,
      },
      this.#digest,
      this.journal,
    );
    this.#plantBuiltIns();
  }

  /** Zxid of the last txn that is in here. */
  get lastZxid(): number {
    return this.#lastZxid;
  }

  /**
   * A tree from a fuzzy snapshot may hold effects of later txns; from this zxid on it is the true
   * one, and only from there on its digest says something. 0 for a tree that was never restored.
   */
  get consistentFrom(): number {
    return this.#consistentFrom;
  }

  /** Digest of the whole state, 16 hex digits. Equal states at equal zxids have equal digests. */
  get digestHex(): string {
    return this.#digest.hex();
  }

  /** Applies a committed txn. It cannot fail, and twice is the same as once. */
  apply(txn: Txn, zxid: number, sink?: Partial<ApplySink>): void {
    applyTxn(this, txn, zxid, sink);
  }

  /** The txn at `zxid` is in the tree now. Never back: a replay starts lower. */
  advanceTo(zxid: number): void {
    if (zxid > this.#lastZxid) this.#lastZxid = zxid;
  }

  /** Called once by the snapshot loader, when everything else is in. */
  restored(snapshot: RestoredState): void {
    this.idempotency.restore(snapshot.entries, snapshot.appliedZxid);
    this.#lastZxid = snapshot.startZxid;
    this.#consistentFrom = snapshot.endZxid;
  }

  /** Undefined when there is no such node; a malformed path simply does not exist. "" is the root. */
  find(path: string): ReadonlyZnode | undefined {
    return this.znodes.get(path === "" ? "/" : path);
  }

  has(path: string): boolean {
    return this.find(path) !== undefined;
  }

  isAllowed(node: ReadonlyZnode, perms: number, credentials: readonly Id[]): boolean {
    return isAllowed(node.acl.list, perms, credentials, this.options.aclPolicy);
  }

  stat(path: string): Stat | undefined {
    const node = this.find(path);
    return node === undefined ? undefined : statOf(node);
  }

  getData(path: string): { readonly data: ZnodeData; readonly stat: Stat } | undefined {
    const node = this.find(path);
    return node === undefined ? undefined : { data: node.data, stat: statOf(node) };
  }

  /** The list as these credentials may see it: digest hashes need ADMIN. */
  getAcl(
    path: string,
    credentials: readonly Id[],
  ): { readonly acl: readonly Acl[]; readonly stat: Stat } | undefined {
    const node = this.find(path);
    if (node === undefined) return undefined;
    const acl = visibleAcl(node.acl.list, credentials, this.options.aclPolicy);
    return { acl, stat: statOf(node) };
  }

  /** The children's names in order, a page at a time. */
  getChildren(path: string, page: PageOptions = {}): ChildrenPage | undefined {
    const node = this.find(path);
    return node === undefined ? undefined : pageOf(node, page);
  }

  /** Descendants at all depths, without the node itself; undefined when it does not exist. */
  allChildrenNumber(path: string): number | undefined {
    if (path === "" || path === "/") return this.znodes.size - 1;
    return this.has(path) ? this.znodes.usageOf(path).count - 1 : undefined;
  }

  session(id: SessionId): Session | undefined {
    return this.sessions.get(id);
  }

  /** Paths of the session's ephemerals that start with `prefix`, sorted. */
  ephemerals(session: SessionId, prefix = ""): string[] {
    const paths = [...(this.znodes.ephemerals.of(session) ?? [])];
    return paths.filter((path) => path.startsWith(prefix)).sort();
  }

  get quota(): QuotaTable {
    return this.znodes.quota;
  }

  get znodeCount(): number {
    return this.znodes.size;
  }

  get ephemeralsCount(): number {
    return this.znodes.ephemerals.size;
  }

  /** Bytes of all paths and data. */
  get approximateDataSize(): number {
    return this.znodes.dataBytes;
  }

  /** ZooKeeper's nodes without a creating txn, with the Stats they have at birth. */
  #plantBuiltIns(): void {
    this.#plant("/", "", OPEN_ACL_UNSAFE).children = new Set(["zookeeper"]);
    this.#plant("/zookeeper", "", OPEN_ACL_UNSAFE).children = new Set(["quota", "config"]);
    this.#plant("/zookeeper/quota", "", OPEN_ACL_UNSAFE);
    const config = this.#plant("/zookeeper/config", this.options.configText, CONFIG_ACL);
    config.version = -1;
    config.aversion = -1;
  }

  #plant(path: string, data: ZnodeData, acl: readonly Acl[]): Znode {
    const birth = { data, kind: ZnodeKind.persistent, ephemeralOwner: 0, ttlMs: 0 };
    const node = new Znode(birth, this.znodes.aclEntryOf(acl), { zxid: 0, time: 0 });
    this.znodes.plant(path, node);
    return node;
  }
}
