import type { Acl } from "../acl/acl.ts";
import { invariant } from "../invariant.ts";
import { childPath, nameOf, parentOf } from "../path.ts";
import { QuotaTable } from "../quota/quota-table.ts";
import type { Usage } from "../quota/quota-text.ts";
import type { ZnodeData } from "../request.ts";
import { type ChangeStamp, dataLengthOf, Znode, type ZnodeBirth, ZnodeKind } from "../znode.ts";
import { type AclEntry, AclTable } from "./acl-table.ts";
import { DataBefore } from "./data-before.ts";
import { EphemeralIndex } from "./ephemeral-index.ts";
import type { TreeDigest } from "./tree-digest.ts";
import type { UndoJournal } from "./undo-journal.ts";

/** A znode as it comes into being. */
export interface NewZnode extends ZnodeBirth {
  readonly path: string;
  readonly acl: readonly Acl[];
}

/**
 * The znodes, and everything that is indexed by them. Whatever changes a znode is a method here:
 * each keeps the digest, the counters and the indexes right, and leaves the way back in the
 * journal when the leader records one.
 */
export class ZnodeTable {
  readonly #nodes = new Map<string, Znode>();
  readonly #acls = new AclTable();
  readonly #ephemerals = new EphemeralIndex();
  readonly #reapable = new Set<string>();
  /** Fed by every change; its usage is always that of the tree as it is. */
  readonly quota = new QuotaTable({
    usageOf: (path) => this.usageOf(path),
    writeStats: (path, text) => this.#writeStats(path, text),
  });
  readonly #digest: TreeDigest;
  readonly #journal: UndoJournal;
  #dataBytes = 0;

  constructor(digest: TreeDigest, journal: UndoJournal) {
    this.#digest = digest;
    this.#journal = journal;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** Bytes of all paths and data. */
  get dataBytes(): number {
    return this.#dataBytes;
  }

  get aclCount(): number {
    return this.#acls.size;
  }

  get(path: string): Znode | undefined {
    return this.#nodes.get(path);
  }

  /** Parents stand before their children. Nodes added while one iterates are visited too. */
  entries(): IterableIterator<[string, Znode]> {
    return this.#nodes.entries();
  }

  get ephemerals(): Pick<EphemeralIndex, "of" | "lengthOf" | "owners" | "size"> {
    return this.#ephemerals;
  }

  /** Paths of all container and TTL nodes: what the reaper looks at. */
  reapable(): ReadonlySet<string> {
    return this.#reapable;
  }

  /**
   * Puts in what no txn made: the built-in nodes, and what a snapshot brings. Parents come first
   * and their Stat stays as it is; a node that is there already is replaced, but for its children.
   * False when the parent is missing.
   */
  plant(path: string, node: Znode): boolean {
    const existing = this.#nodes.get(path);
    const parent = this.#nodes.get(parentOf(path));
    if (existing !== undefined) this.#replace(path, node);
    else if (parent !== undefined) this.#attachChild(path, node, parent);
    else if (path === "/") this.#attach(path, node);
    else return false;
    return true;
  }

  /** Nodes at and below the path, and the bytes of their data; zeros when it does not exist. */
  usageOf(path: string): Usage {
    const root = this.#nodes.get(path);
    if (root === undefined) return { count: 0, bytes: 0 };
    let count = 1;
    let bytes = dataLengthOf(root);
    const pending: [string, Znode][] = [[path, root]];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [parentPath, parent] = next;
      for (const name of parent.childNames) {
        const child = childPath(parentPath, name);
        const node = this.#nodes.get(child);
        invariant(node !== undefined, "a child name without its znode", child);
        count += 1;
        bytes += dataLengthOf(node);
        if (node.children !== undefined) pending.push([child, node]);
      }
    }
    return { count, bytes };
  }

  aclEntryOf(acl: readonly Acl[]): AclEntry {
    return this.#acls.entryOf(acl);
  }

  /** The parent's `creations` and pzxid only move forward: a replay may bring old ones. */
  create(birth: NewZnode, parent: Znode, parentCreations: number, stamp: ChangeStamp): Znode {
    const { path } = birth;
    const node = new Znode(birth, this.#acls.entryOf(birth.acl), stamp);
    const { creations, pzxid } = parent;
    const isAhead = ((parentCreations - creations) | 0) > 0;
    const laterPzxid = Math.max(pzxid, stamp.zxid);
    this.#countChild(parent, isAhead ? parentCreations : creations, laterPzxid);
    if (this.#addName(path, parent)) this.#attach(path, node);
    else this.#replace(path, node);
    if (this.#journal.recording) {
      this.#journal.push({
        undo: () => {
          this.#detachChild(path, node, parent);
          this.#countChild(parent, creations, pzxid);
        },
      });
    }
    return node;
  }

  /** The node has no children left, except in a replay, where they go with it. */
  delete(path: string, node: Znode, parent: Znode, stamp: ChangeStamp): void {
    if (node.children !== undefined) this.#deleteBelow(path, node);
    const { pzxid } = parent;
    this.#countChild(parent, parent.creations, Math.max(pzxid, stamp.zxid));
    this.#detachChild(path, node, parent);
    if (this.#journal.recording) {
      this.#journal.push({
        undo: () => {
          this.#attachChild(path, node, parent);
          this.#countChild(parent, parent.creations, pzxid);
        },
      });
    }
  }

  /**
   * Only a replay deletes what is gone already. The snapshot may hold the parent from before the
   * deletion, so the parent's pzxid has still to learn of it (ZOOKEEPER-3125).
   */
  deleteAgain(path: string, stamp: ChangeStamp): void {
    invariant(!this.#journal.recording, "a delete of a znode that is not there", path);
    const parent = this.#nodes.get(parentOf(path));
    if (parent === undefined || parent.pzxid >= stamp.zxid) return;
    this.#countChild(parent, parent.creations, stamp.zxid);
  }

  setData(
    path: string,
    node: Znode,
    change: { readonly data: ZnodeData; readonly version: number },
    stamp: ChangeStamp,
  ): void {
    if (this.#journal.recording) this.#journal.push(new DataBefore(this, path, node));
    this.#writeData(path, node, change.data);
    node.version = change.version;
    node.mzxid = stamp.zxid;
    node.mtime = stamp.time;
  }

  /** Takes a setData back. */
  restoreData(path: string, node: Znode, before: DataBefore): void {
    this.#writeData(path, node, before.data);
    node.version = before.version;
    node.mzxidHigh = before.mzxidHigh;
    node.mzxidLow = before.mzxidLow;
    node.mtimeHigh = before.mtimeHigh;
    node.mtimeLow = before.mtimeLow;
  }

  setAcl(node: Znode, acl: readonly Acl[], aversion: number): void {
    if (this.#journal.recording) {
      const { acl: aclBefore, aversion: aversionBefore } = node;
      this.#journal.push({ undo: () => this.#writeAcl(node, aclBefore, aversionBefore) });
    }
    this.#writeAcl(node, this.#acls.entryOf(acl), aversion);
  }

  /**
   * A replay may meet a node that it is about to create, a snapshot one that moved while it was
   * written. It keeps its place in the table's order, so that parents still stand before children.
   */
  #replace(path: string, node: Znode): void {
    const existing = this.#nodes.get(path);
    invariant(existing !== undefined, "a child name without its znode", path);
    invariant(!this.#journal.recording, "a create over an existing znode", path);
    this.#unindex(path, existing);
    node.children = existing.children;
    this.#attach(path, node);
  }

  /** Only a replay deletes a node with children: later ones, which it will create again. */
  #deleteBelow(root: string, rootNode: Znode): void {
    invariant(!this.#journal.recording, "a delete of a znode with children", root);
    const found: [string, Znode][] = [];
    const pending: [string, Znode][] = [[root, rootNode]];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [path, node] = next;
      for (const name of node.childNames) {
        const child = `${path}/${name}`;
        const childNode = this.#nodes.get(child);
        invariant(childNode !== undefined, "a child name without its znode", child);
        found.push([child, childNode]);
        if (childNode.children !== undefined) pending.push([child, childNode]);
      }
    }
    for (const [path, node] of found) this.#detach(path, node);
    rootNode.children = undefined;
  }

  #countChild(parent: Znode, creations: number, pzxid: number): void {
    this.#digest.beforeChildrenChange(parent);
    parent.creations = creations;
    parent.pzxid = pzxid;
  }

  #attachChild(path: string, node: Znode, parent: Znode): void {
    this.#addName(path, parent);
    this.#attach(path, node);
  }

  /** False when the parent has had a child of that name. */
  #addName(path: string, parent: Znode): boolean {
    parent.children ??= new Set();
    const before = parent.children.size;
    return parent.children.add(nameOf(path)).size > before;
  }

  #detachChild(path: string, node: Znode, parent: Znode): void {
    invariant(parent.children !== undefined, "a parent that does not know its child", path);
    parent.children.delete(nameOf(path));
    if (parent.children.size === 0) parent.children = undefined;
    this.#detach(path, node);
  }

  #attach(path: string, node: Znode): void {
    this.#nodes.set(path, node);
    this.#acls.retain(node.acl);
    this.#dataBytes += path.length + dataLengthOf(node);
    this.#digest.attach(path, node);
    this.quota.nodeCreated(path, node.data);
    if (node.kind === ZnodeKind.persistent) return;
    if (node.kind === ZnodeKind.ephemeral) this.#ephemerals.add(path, node.ephemeralOwner);
    else this.#reapable.add(path);
  }

  #detach(path: string, node: Znode): void {
    this.#nodes.delete(path);
    this.#unindex(path, node);
  }

  #unindex(path: string, node: Znode): void {
    this.#acls.release(node.acl);
    this.#dataBytes -= path.length + dataLengthOf(node);
    this.#digest.detach(node);
    this.quota.nodeDeleted(path, node.data);
    if (node.kind === ZnodeKind.persistent) return;
    if (node.kind === ZnodeKind.ephemeral) this.#ephemerals.remove(path, node.ephemeralOwner);
    else this.#reapable.delete(path);
  }

  #writeData(path: string, node: Znode, data: ZnodeData): void {
    this.#digest.beforeContentChange(node);
    const before = node.data;
    this.#dataBytes -= dataLengthOf(node);
    node.data = data;
    this.#dataBytes += dataLengthOf(node);
    this.quota.dataChanged(path, before, data);
  }

  /** Nothing is recorded: what the text says follows from the rest of the tree, also on the way back. */
  #writeStats(path: string, text: string): void {
    const node = this.#nodes.get(path);
    if (node === undefined || node.data === text) return;
    this.#digest.beforeContentChange(node);
    this.#dataBytes += text.length - dataLengthOf(node);
    node.data = text;
  }

  #writeAcl(node: Znode, acl: AclEntry, aversion: number): void {
    this.#digest.beforeContentChange(node);
    this.#acls.release(node.acl);
    this.#acls.retain(acl);
    node.acl = acl;
    node.aversion = aversion;
  }
}
