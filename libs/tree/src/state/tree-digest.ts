import type { Session } from "../session/session-table.ts";
import { DigestFlag, IDENTITY_BITS, type Znode } from "../znode.ts";
import { Hash64 } from "./hash64.ts";

/** Changed nodes remembered before they are counted in, whether or not anybody asks. */
const PENDING_MAX = 4096;
const SEED_IDENTITY = 0x5a6e6f64;
const SEED_CONTENT = 0x636f6e74;
const SEED_CHILDREN = 0x6368696c;
const SEED_SESSION = 0x73657373;
const SEED_ENTRY = 0x6964656d;

/**
 * A digest of the whole state: a sum of 64-bit hashes, in two 32-bit halves. A sum does not depend on the
 * order, so each change costs only what it touches. Each session and idempotency entry is one summand,
 * a node two: its content, and what counts its children. So creating a child of a node with much data does
 * not hash that data again. What never changes about a node has gone into its identity's hash.
 *
 * A summand is taken out when it first changes and counted in again when somebody asks, so a batch that
 * changes a node a hundred times hashes it once, and whoever undoes a change has only to say that
 * the node changed.
 */
export class TreeDigest {
  readonly #hash = new Hash64();
  #high = 0;
  #low = 0;
  readonly #pending: Znode[] = [];

  /** The node has come into the tree. */
  attach(path: string, node: Znode): void {
    const flags = (node.digestState & ~IDENTITY_BITS) | DigestFlag.attached;
    node.digestState = (this.#identityOf(path, node) & IDENTITY_BITS) | flags;
    this.#list(node);
  }

  /** The node has left the tree. */
  detach(node: Znode): void {
    this.#takeOutContent(node);
    this.#takeOutChildren(node);
    node.digestState &= ~DigestFlag.attached;
  }

  /** The node's children, and what counts them, are about to change. */
  beforeChildrenChange(node: Znode): void {
    this.#takeOutChildren(node);
    this.#list(node);
  }

  /** Data, ACL, or what tells when they were written, are about to change. */
  beforeContentChange(node: Znode): void {
    this.#takeOutContent(node);
    this.#list(node);
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

  #list(node: Znode): void {
    if ((node.digestState & DigestFlag.listed) !== 0) return;
    if (this.#pending.length >= PENDING_MAX) this.#settle();
    node.digestState |= DigestFlag.listed;
    this.#pending.push(node);
  }

  #takeOutContent(node: Znode): void {
    if ((node.digestState & DigestFlag.hasContent) === 0) return;
    node.digestState &= ~DigestFlag.hasContent;
    this.#high = (this.#high - node.contentHigh) | 0;
    this.#low = (this.#low - node.contentLow) | 0;
  }

  #takeOutChildren(node: Znode): void {
    if ((node.digestState & DigestFlag.hasChildren) === 0) return;
    node.digestState &= ~DigestFlag.hasChildren;
    this.#hashChildren(node);
    this.#add(-1);
  }

  #settle(): void {
    for (const node of this.#pending) {
      node.digestState &= ~DigestFlag.listed;
      if ((node.digestState & DigestFlag.attached) !== 0) this.#countIn(node);
    }
    this.#pending.length = 0;
  }

  #countIn(node: Znode): void {
    if ((node.digestState & DigestFlag.hasContent) === 0) {
      this.#hashContent(node);
      node.contentHigh = this.#hash.high;
      node.contentLow = this.#hash.low;
      this.#add(1);
    }
    if ((node.digestState & DigestFlag.hasChildren) === 0) {
      this.#hashChildren(node);
      this.#add(1);
    }
    node.digestState |= DigestFlag.hasContent | DigestFlag.hasChildren;
  }

  #identityOf(path: string, node: Znode): number {
    const hash = this.#hash;
    hash.start(SEED_IDENTITY);
    hash.text(path);
    hash.int(node.czxidHigh);
    hash.int(node.czxidLow);
    hash.int(node.ctimeHigh);
    hash.int(node.ctimeLow);
    hash.int(node.kind);
    hash.long(node.ephemeralOwner);
    hash.long(node.ttlMs);
    hash.finish();
    return hash.low;
  }

  #hashContent(node: Znode): void {
    const hash = this.#hash;
    hash.start(SEED_CONTENT ^ (node.digestState & IDENTITY_BITS));
    // What no txn wrote comes from the configuration (/zookeeper/config) and is no part of the state.
    if (node.mzxidHigh === 0 && node.mzxidLow === 0) hash.latin1("");
    else if (node.data === null) hash.int(-1);
    else hash.latin1(node.data);
    hash.int(node.acl.hash);
    hash.int(node.version);
    hash.int(node.aversion);
    hash.int(node.mzxidHigh);
    hash.int(node.mzxidLow);
    hash.int(node.mtimeHigh);
    hash.int(node.mtimeLow);
    hash.finish();
  }

  #hashChildren(node: Znode): void {
    const hash = this.#hash;
    hash.start(SEED_CHILDREN ^ (node.digestState & IDENTITY_BITS));
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
