import { JuteWriter, Xid } from "@meerkat/jute";
import {
  type Acl,
  type DataTree,
  type EventType,
  type Id,
  isAllowed,
  OPEN_ACL_UNSAFE,
  Perms,
  type WatchedChange,
  type WatcherId,
  type WatcherType,
  type WatchKind,
  WatchTable,
} from "@meerkat/tree";

/** Whoever is told of events: a connection. */
export interface Watcher {
  readonly credentials: readonly Id[];
  /** A whole frame; it is copied. */
  notify(frame: Uint8Array): void;
  /** Its watches take more memory than one watcher may have. */
  onTooManyWatches(): void;
}

interface Account {
  readonly watcher: Watcher;
  /** Of the paths that it watches, at most: what a watch that has fired took is given back later. */
  bytes: number;
}

/** What the table needs for a watch beside its path, about. */
const BYTES_PER_WATCH = 64;

/** The only state of a session in which a server sends events: SyncConnected. */
const CONNECTED = 3;
const LENGTH_BYTES = 4;
/** Of what a client missed no single txn is known. */
const NO_ZXID = -1;

/**
 * The watches of all connections of this gateway. A change is encoded once, whoever hears of it, and
 * only if somebody does.
 */
export class WatchDesk {
  readonly table = new WatchTable();
  readonly #accounts = new Map<WatcherId, Account>();
  readonly #bytesMax: number;
  readonly #tree: () => DataTree;
  readonly #frame = new JuteWriter(256);
  #lastId: WatcherId = 0;

  constructor(tree: () => DataTree, bytesPerWatcherMax: number) {
    this.#tree = tree;
    this.#bytesMax = bytesPerWatcherMax;
  }

  open(watcher: Watcher): WatcherId {
    this.#lastId += 1;
    this.#accounts.set(this.#lastId, { watcher, bytes: 0 });
    return this.#lastId;
  }

  close(id: WatcherId): void {
    this.table.removeWatcher(id);
    this.#accounts.delete(id);
  }

  add(path: string, watcher: WatcherId, kind: WatchKind): void {
    this.table.add(path, watcher, kind);
    const account = this.#accounts.get(watcher);
    if (account === undefined) return;
    account.bytes += path.length + BYTES_PER_WATCH;
    if (account.bytes <= this.#bytesMax) return;
    account.bytes = this.#bytesOf(watcher);
    if (account.bytes > this.#bytesMax) account.watcher.onTooManyWatches();
  }

  remove(path: string, watcher: WatcherId, type: WatcherType): boolean {
    return this.table.remove(path, watcher, type);
  }

  has(path: string, watcher: WatcherId, type: WatcherType): boolean {
    return this.table.has(path, watcher, type);
  }

  /** Who may not read the node hears nothing, and has lost a one-shot watch all the same. */
  onEvent(type: EventType, path: string, zxid: number, acl: readonly Acl[]): void {
    if (this.table.watchCount === 0) return;
    const change = { type, path };
    const told = this.table.trigger(change);
    if (told.length === 0) return;
    const policy = this.#tree().options.aclPolicy;
    const frame = this.#encode(change, zxid);
    for (const id of told) {
      const watcher = this.#accounts.get(id)?.watcher;
      if (watcher === undefined) continue;
      const mayHear =
        acl === OPEN_ACL_UNSAFE || isAllowed(acl, Perms.READ, watcher.credentials, policy);
      if (mayHear) watcher.notify(frame);
    }
  }

  /** One event for one watcher: what it missed while it was away. */
  tell(id: WatcherId, change: WatchedChange): void {
    this.#accounts.get(id)?.watcher.notify(this.#encode(change, NO_ZXID));
  }

  #bytesOf(watcher: WatcherId): number {
    const paths = this.table.pathsOf(watcher);
    return paths.reduce((sum, path) => sum + path.length + BYTES_PER_WATCH, 0);
  }

  /** Valid until the next one. */
  #encode({ type, path }: WatchedChange, zxid: number): Uint8Array {
    const writer = this.#frame;
    writer.reset();
    writer.writeInt(0);
    writer.writeInt(Xid.notification);
    writer.writeLong(zxid);
    writer.writeInt(0);
    writer.writeInt(type);
    writer.writeInt(CONNECTED);
    writer.writeUstring(path);
    writer.patchInt(0, writer.length - LENGTH_BYTES);
    return writer.view();
  }
}
