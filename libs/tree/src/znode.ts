import type { SessionId, ZnodeData } from "./request.ts";
import type { Stat } from "./stat.ts";
import type { AclEntry } from "./state/acl-table.ts";

/** What a znode is for; sequential is a matter of its name alone. */
export const ZnodeKind = { persistent: 0, ephemeral: 1, container: 2, ttl: 3 } as const;
export type ZnodeKind = (typeof ZnodeKind)[keyof typeof ZnodeKind];

/** What the digest knows of a node (state/tree-digest.ts). */
export const DigestFlag = { listed: 1, included: 2, contentStale: 4, attached: 8 } as const;

/** A leaf has no set of its own: most nodes are leaves. */
const NO_CHILDREN: ReadonlySet<string> = new Set();

/** What a new znode starts with, beside its ACL. */
export interface ZnodeBirth {
  readonly data: ZnodeData;
  readonly kind: ZnodeKind;
  readonly ephemeralOwner: SessionId;
  readonly ttlMs: number;
}

/** The zxid and the time of the txn that makes a change. */
export interface ChangeStamp {
  readonly zxid: number;
  readonly time: number;
}

/** A znode for whoever only looks. */
export interface ReadonlyZnode {
  readonly data: ZnodeData;
  readonly acl: AclEntry;
  readonly kind: ZnodeKind;
  readonly ephemeralOwner: SessionId;
  readonly ttlMs: number;
  readonly czxid: number;
  readonly mzxid: number;
  readonly pzxid: number;
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  readonly aversion: number;
  /** Children ever created here: what sequence numbers are made of. Wraps at 2^31. */
  readonly creations: number;
  readonly cversion: number;
  readonly childNames: ReadonlySet<string>;
}

/** One znode. It does not know its path: the table's key holds it, once. */
export class Znode implements ReadonlyZnode {
  data: ZnodeData;
  acl: AclEntry;
  kind: ZnodeKind;
  ephemeralOwner: SessionId;
  ttlMs: number;
  czxid: number;
  mzxid: number;
  pzxid: number;
  ctime: number;
  mtime: number;
  version = 0;
  aversion = 0;
  creations = 0;
  children: Set<string> | undefined = undefined;
  digestFlags: number = DigestFlag.contentStale;
  contentHigh = 0;
  contentLow = 0;

  constructor(birth: ZnodeBirth, acl: AclEntry, stamp: ChangeStamp) {
    this.data = birth.data;
    this.acl = acl;
    this.kind = birth.kind;
    this.ephemeralOwner = birth.ephemeralOwner;
    this.ttlMs = birth.ttlMs;
    this.czxid = stamp.zxid;
    this.mzxid = stamp.zxid;
    this.pzxid = stamp.zxid;
    this.ctime = stamp.time;
    this.mtime = stamp.time;
  }

  get childNames(): ReadonlySet<string> {
    return this.children ?? NO_CHILDREN;
  }

  get numChildren(): number {
    return this.children === undefined ? 0 : this.children.size;
  }

  /** As reported: every creation and every deletion of a child counts one. */
  get cversion(): number {
    return (2 * this.creations - this.numChildren) | 0;
  }
}

export function statOf(node: ReadonlyZnode): Stat {
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    ctime: node.ctime,
    mtime: node.mtime,
    version: node.version,
    cversion: node.cversion,
    aversion: node.aversion,
    ephemeralOwner: node.ephemeralOwner,
    dataLength: dataLengthOf(node),
    numChildren: node.childNames.size,
    pzxid: node.pzxid,
  };
}

/** Bytes of data; 0 for null. */
export function dataLengthOf(node: ReadonlyZnode): number {
  return node.data === null ? 0 : node.data.length;
}
