import type {
  DataTree,
  ReadonlyZnode,
  SessionId,
  Stat,
  Txn,
  TxnRecord,
  ZnodeData,
} from "@meerkat/tree";
import type { WatchEvent } from "@meerkat/watch-events";
import type { IsWorldReadable, PublishedChange } from "./published-change.ts";

export interface LoggedTxn {
  readonly zxid: number;
  readonly txn: Txn;
}

type RecordOf<T extends TxnRecord["type"]> = Extract<TxnRecord, { type: T }>;

interface Known {
  readonly type: WatchEvent["type"];
  readonly path: string;
  readonly stat: Partial<Stat>;
  readonly data?: ZnodeData;
  readonly readable: boolean;
}

/**
 * The changes of a txn of the log, long after it was applied. What the txn says is exact. Of the rest
 * of the Stat only what can be proven from the tree as it is now: that the node is still the same one,
 * and that nothing has changed the field since. A znode whose ACL of then is not known counts as one
 * that not everybody may read.
 */
export class LoggedChanges {
  readonly #tree: DataTree;
  readonly #isReadable: IsWorldReadable;

  constructor(tree: DataTree, isReadable: IsWorldReadable) {
    this.#tree = tree;
    this.#isReadable = isReadable;
  }

  changesOf({ zxid, txn }: LoggedTxn): PublishedChange[] {
    const { time, session, traceparent } = txn;
    return this.#known({ zxid, txn }).map(({ readable, ...change }, index) => ({
      event: stamped(change, { zxid, index, time, session }, traceparent),
      readable,
    }));
  }

  #known({ zxid, txn }: LoggedTxn): readonly Known[] {
    const { body } = txn;
    if (body.type === "closeSession") return body.paths.map(deleted);
    if (body.type !== "changes") return [];
    const known: Known[] = [];
    for (const record of body.records) {
      if (record.type === "create") known.push(this.#created(record, zxid, txn.time));
      else if (record.type === "delete") known.push(deleted(record.path));
      else if (record.type === "setData") known.push(this.#dataChanged(record, zxid, txn.time));
      else if (record.type === "setAcl") known.push(this.#aclChanged(record, zxid));
    }
    return known;
  }

  #created(record: RecordOf<"create">, zxid: number, time: number): Known {
    const { path, data, acl, ephemeralOwner } = record;
    const stat: Stat = {
      czxid: zxid,
      mzxid: zxid,
      ctime: time,
      mtime: time,
      version: 0,
      cversion: 0,
      aversion: 0,
      ephemeralOwner,
      dataLength: data?.length ?? 0,
      numChildren: 0,
      pzxid: zxid,
    };
    return { type: "NodeCreated", path, stat, data, readable: this.#isReadable(acl) };
  }

  #dataChanged(record: RecordOf<"setData">, zxid: number, time: number): Known {
    const { path, data, version } = record;
    const said = { mzxid: zxid, mtime: time, version, dataLength: data?.length ?? 0 };
    const node = this.#sameNode(path, zxid);
    // Nobody has changed its ACL in all its life.
    const acl = node?.aversion === 0 ? node.acl.list : undefined;
    return {
      type: "NodeDataChanged",
      path,
      stat: { ...said, ...bornAs(node), ...childrenAt(node, zxid), ...(acl && { aversion: 0 }) },
      data,
      readable: acl !== undefined && this.#isReadable(acl),
    };
  }

  #aclChanged(record: RecordOf<"setAcl">, zxid: number): Known {
    const { path, acl, version } = record;
    const node = this.#sameNode(path, zxid);
    return {
      type: "NodeAclChanged",
      path,
      stat: {
        aversion: version,
        ...bornAs(node),
        ...contentAt(node, zxid),
        ...childrenAt(node, zxid),
      },
      readable: this.#isReadable(acl),
    };
  }

  /** The node at the path now, if it was there before that txn. */
  #sameNode(path: string, zxid: number): ReadonlyZnode | undefined {
    const node = this.#tree.find(path);
    return node !== undefined && node.czxid < zxid ? node : undefined;
  }
}

function stamped(
  change: Omit<Known, "readable">,
  stamp: { zxid: number; index: number; time: number; session: SessionId },
  traceparent: string | undefined,
): WatchEvent {
  return { ...change, ...stamp, ...(traceparent !== undefined && { traceparent }) };
}

function deleted(path: string): Known {
  return { type: "NodeDeleted", path, stat: {}, readable: false };
}

/** What stays the same for as long as a node lives. */
function bornAs(node: ReadonlyZnode | undefined): Partial<Stat> {
  if (node === undefined) return {};
  const { czxid, ctime, ephemeralOwner } = node;
  return { czxid, ctime, ephemeralOwner };
}

/** Nothing in this txn or behind it has set the data. */
function contentAt(node: ReadonlyZnode | undefined, zxid: number): Partial<Stat> {
  if (node === undefined || node.mzxid >= zxid) return {};
  const { mzxid, mtime, version, data } = node;
  return { mzxid, mtime, version, dataLength: data?.length ?? 0 };
}

/** Nothing in this txn or behind it has created or deleted a child. */
function childrenAt(node: ReadonlyZnode | undefined, zxid: number): Partial<Stat> {
  if (node === undefined || node.pzxid >= zxid) return {};
  const { pzxid, cversion, childNames } = node;
  return { pzxid, cversion, numChildren: childNames.size };
}
