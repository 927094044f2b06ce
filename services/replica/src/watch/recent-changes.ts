import type { ApplySink, ChangeType, ReadonlyZnode, Txn, TxnStamp, ZnodeData } from "@meerkat/tree";
import { compareEventIds, END_OF_TXN, type EventId } from "@meerkat/watch-events";
import type { IsWorldReadable, PublishedChange } from "./published-change.ts";

export interface RecentChangesOptions {
  /** Changes kept; rounded up to a power of two. */
  readonly changesMax: number;
  /** Bytes of paths and data kept. */
  readonly bytesMax: number;
  /** Data above this are not kept; -1 keeps none. */
  readonly dataBytesMax: number;
}

const TYPES: readonly ChangeType[] = [
  "NodeCreated",
  "NodeDataChanged",
  "NodeAclChanged",
  "NodeDeleted",
];

/** Numbers of one change: zxid, index, time, session, the eleven of the Stat, and the bytes that are kept of it. */
const WIDTH = 16;
const BYTES_AT = 15;

/** Stands for data that are not kept. */
const NOT_KEPT = Symbol("not kept");

/**
 * The last changes that went through the tree, exactly as they were: on the leader as it prepares them,
 * on a follower as it applies them, so that whoever leads next knows what the one before it may not have
 * told anybody. A ring of numbers and strings; a change costs no object.
 */
export class RecentChanges implements Pick<ApplySink, "onChange"> {
  readonly #options: RecentChangesOptions;
  readonly #isReadable: IsWorldReadable;
  readonly #numbers: Float64Array;
  /** Index into TYPES, and the bit for "everybody may read it". */
  readonly #kinds: Uint8Array;
  readonly #paths: string[];
  readonly #data: (ZnodeData | typeof NOT_KEPT)[];
  readonly #traceparents: (string | undefined)[];
  readonly #mask: number;
  /** Counted from the beginning of time; the slot is what the mask leaves. */
  #first = 0;
  #next = 0;
  /** Of the change written last. */
  #zxid = -1;
  #index = 0;
  #bytes = 0;
  /** Everything behind it is here. */
  #floorZxid = 0;
  #floorIndex = END_OF_TXN;
  #lastAcl: unknown;
  #lastReadable = false;

  constructor(options: RecentChangesOptions, isReadable: IsWorldReadable) {
    const count = 2 ** Math.ceil(Math.log2(options.changesMax));
    this.#options = options;
    this.#isReadable = isReadable;
    this.#mask = count - 1;
    this.#numbers = new Float64Array(count * WIDTH);
    this.#kinds = new Uint8Array(count);
    this.#paths = new Array(count).fill("");
    this.#data = new Array(count).fill(null);
    this.#traceparents = new Array(count).fill(undefined);
  }

  /** Nothing up to and with the txn at `zxid` is known here; what comes now is behind it. */
  restart(zxid: number): void {
    this.#drop(this.#first);
    this.#floorZxid = zxid;
    this.#floorIndex = END_OF_TXN;
  }

  onChange(type: ChangeType, path: string, node: ReadonlyZnode, txn: TxnStamp): void {
    const slot = this.#next & this.#mask;
    // The slot is written over: there is nothing to let go.
    if (this.#next - this.#first > this.#mask) this.#evict();
    this.#index = txn.zxid === this.#zxid ? this.#index + 1 : 0;
    this.#zxid = txn.zxid;
    const dataLength = node.data?.length ?? 0;
    const isKept = dataLength <= this.#options.dataBytesMax;
    const bytes = path.length + (isKept ? dataLength : 0);
    this.#write(slot * WIDTH, node, txn);
    this.#numbers[slot * WIDTH + BYTES_AT] = bytes;
    this.#kinds[slot] = TYPES.indexOf(type) * 2 + (this.#readable(node) ? 1 : 0);
    this.#paths[slot] = path;
    this.#data[slot] = isKept ? node.data : NOT_KEPT;
    this.#traceparents[slot] = undefined;
    this.#next += 1;
    this.#bytes += bytes;
    while (this.#bytes > this.#options.bytesMax && this.#first < this.#next) {
      this.#letGo(this.#evict());
    }
  }

  /** To be called behind each txn: a refused one leaves nothing. */
  endTxn({ body, traceparent }: Txn, zxid: number): void {
    if (body.type === "error") this.rollback(zxid - 1);
    else if (traceparent !== undefined) {
      for (let n = this.#next - 1; n >= this.#first && this.#zxidOf(n) === zxid; n -= 1) {
        this.#traceparents[n & this.#mask] = traceparent;
      }
    }
  }

  /** What came after the txn at `zxid` never was. */
  rollback(zxid: number): void {
    let next = this.#next;
    while (next > this.#first && this.#zxidOf(next - 1) > zxid) next -= 1;
    this.#drop(next);
  }

  /** Whether every change behind this one is here. */
  covers(id: EventId): boolean {
    return compareEventIds(id, this.floor) >= 0;
  }

  get floor(): EventId {
    return { zxid: this.#floorZxid, index: this.#floorIndex };
  }

  /** At most `max` changes behind this one, of txns up to and with the one at `through`. */
  after(id: EventId, through: number, max: number): PublishedChange[] {
    const changes: PublishedChange[] = [];
    for (let n = this.#find(id); n < this.#next && changes.length < max; n += 1) {
      if (this.#zxidOf(n) > through) break;
      changes.push(this.#read(n & this.#mask));
    }
    return changes;
  }

  /** How many changes behind this one are here. */
  countAfter(id: EventId): number {
    return this.#next - this.#find(id);
  }

  #write(at: number, node: ReadonlyZnode, txn: TxnStamp): void {
    const numbers = this.#numbers;
    numbers[at] = txn.zxid;
    numbers[at + 1] = this.#index;
    numbers[at + 2] = txn.time;
    numbers[at + 3] = txn.session;
    numbers[at + 4] = node.czxid;
    numbers[at + 5] = node.mzxid;
    numbers[at + 6] = node.ctime;
    numbers[at + 7] = node.mtime;
    numbers[at + 8] = node.version;
    numbers[at + 9] = node.cversion;
    numbers[at + 10] = node.aversion;
    numbers[at + 11] = node.ephemeralOwner;
    numbers[at + 12] = node.data?.length ?? 0;
    numbers[at + 13] = node.childNames.size;
    numbers[at + 14] = node.pzxid;
  }

  #read(slot: number): PublishedChange {
    const number = (field: number): number => this.#numbers[slot * WIDTH + field] ?? 0;
    const kind = this.#kinds[slot] ?? 0;
    const data = this.#data[slot] ?? null;
    const traceparent = this.#traceparents[slot];
    const event = {
      type: TYPES[kind >> 1] ?? "NodeDeleted",
      path: this.#paths[slot] ?? "",
      zxid: number(0),
      index: number(1),
      time: number(2),
      session: number(3),
      stat: {
        czxid: number(4),
        mzxid: number(5),
        ctime: number(6),
        mtime: number(7),
        version: number(8),
        cversion: number(9),
        aversion: number(10),
        ephemeralOwner: number(11),
        dataLength: number(12),
        numChildren: number(13),
        pzxid: number(14),
      },
      ...(data !== NOT_KEPT && { data }),
      ...(traceparent !== undefined && { traceparent }),
    };
    return { event, readable: (kind & 1) === 1 };
  }

  /** Most nodes share their list. */
  #readable(node: ReadonlyZnode): boolean {
    if (node.acl !== this.#lastAcl) {
      this.#lastAcl = node.acl;
      this.#lastReadable = this.#isReadable(node.acl.list);
    }
    return this.#lastReadable;
  }

  /** Returns the slot that is free now. */
  #evict(): number {
    const slot = this.#first & this.#mask;
    this.#floorZxid = this.#zxidOf(this.#first);
    this.#floorIndex = this.#indexOf(this.#first);
    this.#bytes -= this.#numbers[slot * WIDTH + BYTES_AT] ?? 0;
    this.#first += 1;
    return slot;
  }

  #drop(next: number): void {
    for (let n = next; n < this.#next; n += 1) {
      const slot = n & this.#mask;
      this.#bytes -= this.#numbers[slot * WIDTH + BYTES_AT] ?? 0;
      this.#letGo(slot);
    }
    this.#next = next;
    this.#zxid = this.#zxidOf(next - 1);
    this.#index = this.#indexOf(next - 1);
  }

  /** What it kept alive. */
  #letGo(slot: number): void {
    this.#paths[slot] = "";
    this.#data[slot] = null;
    this.#traceparents[slot] = undefined;
  }

  /** The first one behind it; they are in order. */
  #find(id: EventId): number {
    let low = this.#first;
    let high = this.#next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = { zxid: this.#zxidOf(middle), index: this.#indexOf(middle) };
      if (compareEventIds(found, id) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #zxidOf(n: number): number {
    return n < this.#first ? -1 : (this.#numbers[(n & this.#mask) * WIDTH] ?? -1);
  }

  #indexOf(n: number): number {
    return this.#numbers[(n & this.#mask) * WIDTH + 1] ?? 0;
  }
}
