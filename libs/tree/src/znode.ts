import type { SessionId, ZnodeData } from "./request.ts";
import type { Stat } from "./stat.ts";
import type { AclEntry } from "./state/acl-table.ts";

/** What a znode is for; sequential is a matter of its name alone. */
export const ZnodeKind = { persistent: 0, ephemeral: 1, container: 2, ttl: 3 } as const;
export type ZnodeKind = (typeof ZnodeKind)[keyof typeof ZnodeKind];

/** What the digest knows of a node (state/tree-digest.ts), in the lowest bits of `digestState`. */
export const DigestFlag = { listed: 1, hasContent: 2, hasChildren: 4, attached: 8 } as const;
/** The other bits are a hash of what never changes about a node. A field for each would be eight bytes more. */
export const IDENTITY_BITS = ~15;

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

/** What ends a node's life beside a delete. Persistent nodes and containers share one each. */
interface Lifetime {
  readonly kind: ZnodeKind;
  readonly ephemeralOwner: SessionId;
  readonly ttlMs: number;
}

/** Most nodes are leaves all their life, and go without one. */
interface Offspring {
  creations: number;
  /** Undefined while there are no children. */
  names: Set<string> | undefined;
}

const PERSISTENT: Lifetime = { kind: ZnodeKind.persistent, ephemeralOwner: 0, ttlMs: 0 };
const CONTAINER: Lifetime = { kind: ZnodeKind.container, ephemeralOwner: 0, ttlMs: 0 };
const TWO_32 = 2 ** 32;

/**
 * One znode. It does not know its path: the table's key holds it, once.
 *
 * Zxids and times are kept in halves. A field that holds a number beyond 2^31 costs an object of
 * its own beside the node, and five of them would be a quarter of a small node's memory; the
 * digest wants halves as well.
 */
export class Znode implements ReadonlyZnode {
  data: ZnodeData;
  acl: AclEntry;
  readonly #lifetime: Lifetime;
  #offspring: Offspring | undefined = undefined;
  version = 0;
  aversion = 0;
  digestState = 0;
  contentHigh = 0;
  contentLow = 0;
  czxidHigh: number;
  czxidLow: number;
  mzxidHigh: number;
  mzxidLow: number;
  pzxidHigh: number;
  pzxidLow: number;
  ctimeHigh: number;
  ctimeLow: number;
  mtimeHigh: number;
  mtimeLow: number;

  constructor(birth: ZnodeBirth, acl: AclEntry, { zxid, time }: ChangeStamp) {
    const [zxidHigh, zxidLow] = [highOf(zxid), lowOf(zxid)];
    const [timeHigh, timeLow] = [highOf(time), lowOf(time)];
    this.data = birth.data;
    this.acl = acl;
    this.#lifetime = lifetimeOf(birth);
    this.czxidHigh = zxidHigh;
    this.czxidLow = zxidLow;
    this.mzxidHigh = zxidHigh;
    this.mzxidLow = zxidLow;
    this.pzxidHigh = zxidHigh;
    this.pzxidLow = zxidLow;
    this.ctimeHigh = timeHigh;
    this.ctimeLow = timeLow;
    this.mtimeHigh = timeHigh;
    this.mtimeLow = timeLow;
  }

  get kind(): ZnodeKind {
    return this.#lifetime.kind;
  }

  get ephemeralOwner(): SessionId {
    return this.#lifetime.ephemeralOwner;
  }

  get ttlMs(): number {
    return this.#lifetime.ttlMs;
  }

  get czxid(): number {
    return whole(this.czxidHigh, this.czxidLow);
  }

  get mzxid(): number {
    return whole(this.mzxidHigh, this.mzxidLow);
  }

  set mzxid(zxid: number) {
    this.mzxidHigh = highOf(zxid);
    this.mzxidLow = lowOf(zxid);
  }

  get pzxid(): number {
    return whole(this.pzxidHigh, this.pzxidLow);
  }

  set pzxid(zxid: number) {
    this.pzxidHigh = highOf(zxid);
    this.pzxidLow = lowOf(zxid);
  }

  get ctime(): number {
    return whole(this.ctimeHigh, this.ctimeLow);
  }

  get mtime(): number {
    return whole(this.mtimeHigh, this.mtimeLow);
  }

  set mtime(time: number) {
    this.mtimeHigh = highOf(time);
    this.mtimeLow = lowOf(time);
  }

  get creations(): number {
    return this.#offspring === undefined ? 0 : this.#offspring.creations;
  }

  set creations(creations: number) {
    if (this.#offspring !== undefined) this.#offspring.creations = creations;
    else if (creations !== 0) this.#offspring = { creations, names: undefined };
  }

  /** Undefined while there are none. */
  get children(): Set<string> | undefined {
    return this.#offspring?.names;
  }

  set children(names: Set<string> | undefined) {
    if (this.#offspring !== undefined) this.#offspring.names = names;
    else if (names !== undefined) this.#offspring = { creations: 0, names };
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

function lifetimeOf({ kind, ephemeralOwner, ttlMs }: ZnodeBirth): Lifetime {
  if (kind === ZnodeKind.persistent) return PERSISTENT;
  return kind === ZnodeKind.container ? CONTAINER : { kind, ephemeralOwner, ttlMs };
}

function highOf(value: number): number {
  return (value / TWO_32) | 0;
}

function lowOf(value: number): number {
  return value | 0;
}

function whole(high: number, low: number): number {
  return high * TWO_32 + (low >>> 0);
}
