import type { Session } from "../session/session-table.ts";
import { DigestFlag, type Znode, ZnodeKind } from "../znode.ts";
import { Hash64 } from "./hash64.ts";

/** Changed nodes remembered before they are counted in, whether or not anybody asks. */
const PENDING_MAX = 4096;
const SEED_CONTENT = 0x5a6e6f64;
const SEED_TOTAL = 0x746f7461;
const SEED_SESSION = 0x73657373;
const SEED_ENTRY = 0x6964656d;

/**
 * A digest of the whole state: the sum of one 64-bit hash per znode, session and idempotency
 * entry, in two 32-bit halves. A sum does not depend on the order, so each change costs only what
 * it touches. A node is taken out when it first changes and counted in again when somebody asks,
 * so a batch that changes a node a hundred times hashes it once, and whoever undoes a change has
 * only to say that the node changed.
 *
 * A node's content (path, data, ACL …) has a hash of its own, kept in the node: creating a child
 * of a node with much data does not hash that data again.
 */
export class TreeDigest {
  readonly #hash = new Hash64();
  #high = 0;
  #low = 0;
  #pendingNodes: Znode[] = [];
  #pendingPaths: string[] = [];

  /** The node has come into the tree. */
  attach(path: string, node: Znode): void {
    node.digestFlags |= DigestFlag.attached;
    this.#list(path, node);
  }

  /** The node has left the tree. */
  detach(node: Znode): void {
    this.#takeOut(node);
    node.digestFlags &= ~DigestFlag.attached;
  }

  /** The node's children, and what counts them, are about to change. */
  beforeChildrenChange(path: string, node: Znode): void {
    this.#takeOut(node);
    this.#list(path, node);
  }

  /** Anything else about the node is about to change. */
  beforeContentChange(path: string, node: Znode): void {
    this.beforeChildrenChange(path, node);
    node.digestFlags |= DigestFlag.contentStale;
  }

  addSession(session: Session): void {
    this.#hashSession(session);
    this.#add(1);
  }

  removeSession(session: Session): void {
    this.#hashSession(session);
    this.#add(-1);
  }

  addEntry(key: string, fingerprint: string, zxid: number, resultBytes: string): void {
    this.#hashEntry(key, fingerprint, zxid, resultBytes);
    this.#add(1);
  }

  removeEntry(key: string, fingerprint: string, zxid: number, resultBytes: string): void {
    this.#hashEntry(key, fingerprint, zxid, resultBytes);
    this.#add(-1);
  }

  /** 16 hex digits. */
  hex(): string {
    this.#settle();
    return hex32(this.#high) + hex32(this.#low);
  }

  #list(path: string, node: Znode): void {
    if ((node.digestFlags & DigestFlag.listed) !== 0) return;
    if (this.#pendingNodes.length >= PENDING_MAX) this.#settle();
    node.digestFlags |= DigestFlag.listed;
    this.#pendingNodes.push(node);
    this.#pendingPaths.push(path);
  }

  #takeOut(node: Znode): void {
    if ((node.digestFlags & DigestFlag.included) === 0) return;
    node.digestFlags &= ~DigestFlag.included;
    this.#hashTotal(node);
    this.#add(-1);
  }

  #settle(): void {
    const nodes = this.#pendingNodes;
    for (let i = 0; i < nodes.length; i += 1) {
      const node = nodes[i] as Znode;
      node.digestFlags &= ~DigestFlag.listed;
      if ((node.digestFlags & DigestFlag.attached) === 0) continue;
      if ((node.digestFlags & DigestFlag.contentStale) !== 0) {
        this.#hashContent(this.#pendingPaths[i] as string, node);
      }
      this.#hashTotal(node);
      this.#add(1);
      node.digestFlags |= DigestFlag.included;
    }
    nodes.length = 0;
    this.#pendingPaths.length = 0;
  }

  #hashContent(path: string, node: Znode): void {
    const hash = this.#hash;
    hash.start(SEED_CONTENT);
    hash.text(path);
    // What no txn wrote comes from the configuration (/zookeeper/config) and is no part of the state.
    if (node.mzxidHigh === 0 && node.mzxidLow === 0) hash.latin1("");
    else if (node.data === null) hash.int(-1);
    else hash.latin1(node.data);
    hash.int(node.acl.hash);
    hash.int(node.version);
    hash.int(node.aversion);
    hash.int(node.czxidHigh);
    hash.int(node.czxidLow);
    hash.int(node.mzxidHigh);
    hash.int(node.mzxidLow);
    hash.int(node.ctimeHigh);
    hash.int(node.ctimeLow);
    hash.int(node.mtimeHigh);
    hash.int(node.mtimeLow);
    if (node.kind !== ZnodeKind.persistent) {
      hash.int(node.kind);
      hash.long(node.ephemeralOwner);
      hash.long(node.ttlMs);
    }
    node.contentHigh = hash.high;
    node.contentLow = hash.low;
    node.digestFlags &= ~DigestFlag.contentStale;
  }

  #hashTotal(node: Znode): void {
    const hash = this.#hash;
    hash.start(SEED_TOTAL);
    hash.int(node.contentHigh);
    hash.int(node.contentLow);
    hash.int(node.creations);
    hash.int(node.pzxidHigh);
    hash.int(node.pzxidLow);
    hash.finish();
  }

  #hashSession(session: Session): void {
    const hash = this.#hash;
    hash.start(SEED_SESSION);
    hash.long(session.id);
    hash.int(session.timeoutMs);
    hash.long(session.owner);
    hash.latin1(session.password);
    hash.finish();
  }

  #hashEntry(key: string, fingerprint: string, zxid: number, resultBytes: string): void {
    const hash = this.#hash;
    hash.start(SEED_ENTRY);
    hash.text(key);
    hash.text(fingerprint);
    hash.long(zxid);
    hash.latin1(resultBytes);
    hash.finish();
  }

  #add(sign: 1 | -1): void {
    this.#high = (this.#high + sign * this.#hash.high) | 0;
    this.#low = (this.#low + sign * this.#hash.low) | 0;
  }
}

function hex32(half: number): string {
  return (half >>> 0).toString(16).padStart(8, "0");
}
