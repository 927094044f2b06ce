import type { Acl, ChangeType, ReadonlyZnode, TxnStamp, ZnodeData } from "@meerkat/tree";
import type { EventId, WatchEvent } from "@meerkat/watch-events";
import { DataRing } from "./data-ring.ts";
import type { Frames } from "./frames.ts";

/** A change with the ACL of its znode, which says who may see more of it than type and path. */
export interface Change extends WatchEvent {
  readonly acl: readonly Acl[];
}

const WIDE = {
  zxid: 0,
  time: 1,
  session: 2,
  czxid: 3,
  mzxid: 4,
  pzxid: 5,
  ctime: 6,
  mtime: 7,
  ephemeralOwner: 8,
  dataAt: 9,
} as const;
const WIDE_COUNT = 10;

const NARROW = {
  index: 0,
  version: 1,
  cversion: 2,
  aversion: 3,
  dataLength: 4,
  numChildren: 5,
  bytes: 6,
  /** Bytes of data that are kept; NO_DATA for none, which is not the same as empty ones. */
  dataKept: 7,
} as const;
const NARROW_COUNT = 8;
const NO_DATA = -1;

/**
 * A fixed number of changes, written over and over. Numbers lie in arrays that are made once: an
 * object for each change would live just long enough to be copied twice by the garbage collector.
 * Changes come and are cleared in the same order.
 */
export class ChangeSlots {
  readonly #wide: Float64Array;
  readonly #narrow: Int32Array;
  readonly #types: (ChangeType | undefined)[];
  readonly #paths: string[];
  readonly #data = new DataRing();
  readonly #acls: (readonly Acl[] | undefined)[];
  readonly #frames: (Frames | undefined)[];

  constructor(count: number) {
    this.#wide = new Float64Array(count * WIDE_COUNT);
    this.#narrow = new Int32Array(count * NARROW_COUNT);
    this.#types = new Array<ChangeType | undefined>(count).fill(undefined);
    this.#paths = new Array<string>(count).fill("");
    this.#acls = new Array<readonly Acl[] | undefined>(count).fill(undefined);
    this.#frames = new Array<Frames | undefined>(count).fill(undefined);
  }

  /** Returns the bytes that it keeps alive. */
  put(
    slot: number,
    type: ChangeType,
    path: string,
    node: ReadonlyZnode,
    txn: TxnStamp,
    index: number,
  ): number {
    const { data } = node;
    const dataLength = data === null ? 0 : data.length;
    const hasData = data !== null && (type === "NodeCreated" || type === "NodeDataChanged");
    const bytes = hasData ? path.length + dataLength : path.length;
    this.#types[slot] = type;
    this.#paths[slot] = path;
    this.#acls[slot] = node.acl.list;
    const wide = this.#wide;
    const w = slot * WIDE_COUNT;
    wide[w + WIDE.zxid] = txn.zxid;
    wide[w + WIDE.time] = txn.time;
    wide[w + WIDE.session] = txn.session;
    wide[w + WIDE.czxid] = node.czxid;
    wide[w + WIDE.mzxid] = node.mzxid;
    wide[w + WIDE.pzxid] = node.pzxid;
    wide[w + WIDE.ctime] = node.ctime;
    wide[w + WIDE.mtime] = node.mtime;
    wide[w + WIDE.ephemeralOwner] = node.ephemeralOwner;
    wide[w + WIDE.dataAt] = hasData ? this.#data.push(data) : 0;
    const narrow = this.#narrow;
    const n = slot * NARROW_COUNT;
    narrow[n + NARROW.index] = index;
    narrow[n + NARROW.version] = node.version;
    narrow[n + NARROW.cversion] = node.cversion;
    narrow[n + NARROW.aversion] = node.aversion;
    narrow[n + NARROW.dataLength] = dataLength;
    narrow[n + NARROW.numChildren] = node.childNames.size;
    narrow[n + NARROW.bytes] = bytes;
    narrow[n + NARROW.dataKept] = hasData ? dataLength : NO_DATA;
    return bytes;
  }

  /** Lets go of what it keeps alive; returns the bytes that this and `charge` took. */
  clear(slot: number): number {
    this.#types[slot] = undefined;
    this.#paths[slot] = "";
    const dataKept = this.#count(slot, NARROW.dataKept);
    if (dataKept >= 0) this.#data.dropUpTo(this.#number(slot, WIDE.dataAt) + dataKept);
    this.#acls[slot] = undefined;
    this.#frames[slot] = undefined;
    return this.#count(slot, NARROW.bytes);
  }

  charge(slot: number, bytes: number): void {
    this.#narrow[slot * NARROW_COUNT + NARROW.bytes] = this.#count(slot, NARROW.bytes) + bytes;
  }

  pathAt(slot: number): string {
    return this.#paths[slot] ?? "";
  }

  zxidAt(slot: number): number {
    return this.#number(slot, WIDE.zxid);
  }

  indexAt(slot: number): number {
    return this.#count(slot, NARROW.index);
  }

  idAt(slot: number): EventId {
    return { zxid: this.zxidAt(slot), index: this.indexAt(slot) };
  }

  /** @throws RangeError when the slot is empty; an empty list would allow everything */
  aclAt(slot: number): readonly Acl[] {
    const acl = this.#acls[slot];
    if (acl === undefined) throw new RangeError(`slot ${slot} is empty`);
    return acl;
  }

  framesAt(slot: number): Frames {
    const known = this.#frames[slot];
    if (known !== undefined) return known;
    const frames: Frames = {};
    this.#frames[slot] = frames;
    return frames;
  }

  /** @throws RangeError when the slot is empty */
  changeAt(slot: number): Change {
    const acl = this.aclAt(slot);
    const type = this.#types[slot];
    if (type === undefined) throw new RangeError(`slot ${slot} is empty`);
    return {
      type,
      path: this.pathAt(slot),
      zxid: this.zxidAt(slot),
      index: this.indexAt(slot),
      time: this.#number(slot, WIDE.time),
      session: this.#number(slot, WIDE.session),
      stat: {
        czxid: this.#number(slot, WIDE.czxid),
        mzxid: this.#number(slot, WIDE.mzxid),
        ctime: this.#number(slot, WIDE.ctime),
        mtime: this.#number(slot, WIDE.mtime),
        version: this.#count(slot, NARROW.version),
        cversion: this.#count(slot, NARROW.cversion),
        aversion: this.#count(slot, NARROW.aversion),
        ephemeralOwner: this.#number(slot, WIDE.ephemeralOwner),
        dataLength: this.#count(slot, NARROW.dataLength),
        numChildren: this.#count(slot, NARROW.numChildren),
        pzxid: this.#number(slot, WIDE.pzxid),
      },
      data: this.#dataAt(slot),
      acl,
    };
  }

  #dataAt(slot: number): ZnodeData {
    const dataKept = this.#count(slot, NARROW.dataKept);
    return dataKept < 0 ? null : this.#data.at(this.#number(slot, WIDE.dataAt), dataKept);
  }

  #number(slot: number, column: number): number {
    return this.#wide[slot * WIDE_COUNT + column] ?? 0;
  }

  #count(slot: number, column: number): number {
    return this.#narrow[slot * NARROW_COUNT + column] ?? 0;
  }
}
