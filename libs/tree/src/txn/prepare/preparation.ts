import { OPEN_ACL_UNSAFE } from "../../acl/acl.ts";
import type { DataTree } from "../../data-tree.ts";
import type { Request, SessionId } from "../../request.ts";
import { ResultCode } from "../../result-code.ts";
import { type ChangeStamp, dataLengthOf, type ReadonlyZnode } from "../../znode.ts";
import { type ApplyContext, applyRecord } from "../apply/apply-record.ts";
import { type Observation, withoutResults } from "../apply/observation.ts";
import type { TxnRecord } from "../txn.ts";

/** What a child's name counts in an answer, without looking at the names. */
const NAME_BYTES = 16;

/** Holds the place of the leader's first request. */
const NOBODY: Request = {
  origin: { gateway: 0, number: 0 },
  session: 0,
  credentials: [],
  operation: { type: "noop" },
};

/**
 * The request that is on its way to become a txn. Each operation sees what the ones before it did,
 * because every record is applied to the leader's tree as soon as it is made. There is one at a time,
 * so a tree needs a single one of these.
 */
export class Preparation implements ApplyContext {
  readonly tree: DataTree;
  request: Request = NOBODY;
  zxid = 0;
  time = 0;
  session: SessionId = 0;
  observation: Observation = withoutResults(undefined);
  records: TxnRecord[] = [];
  #recordLength = 0;
  #readBytes = 0;

  constructor(tree: DataTree) {
    this.tree = tree;
  }

  begin(request: Request, { zxid, time }: ChangeStamp, observation: Observation): void {
    this.request = request;
    this.zxid = zxid;
    this.time = time;
    this.session = request.session;
    this.observation = observation;
    this.records = [];
    this.#recordLength = 0;
    this.#readBytes = 0;
  }

  /**
   * SESSIONEXPIRED when the request names a session that does not exist, or no longer; SESSIONMOVED
   * when another gateway serves it by now. The leader's own requests name none.
   */
  checkSession(): ResultCode {
    const { session: id, origin } = this.request;
    if (id === 0) return ResultCode.OK;
    const session = this.tree.sessions.get(id);
    if (session === undefined) return ResultCode.SESSIONEXPIRED;
    const isHere = session.owner === 0 || session.owner === origin.gateway;
    return isHere ? ResultCode.OK : ResultCode.SESSIONMOVED;
  }

  mayNot(perms: number, node: ReadonlyZnode): boolean {
    return !this.tree.isAllowed(node, perms, this.request.credentials);
  }

  /** A hard quota would be broken, and quotas are enforced. */
  isOverQuota(path: string, countDelta: number, bytesDelta: number): boolean {
    const { options, quota } = this.tree;
    return options.enforceQuota && quota.check(path, countDelta, bytesDelta)?.hard === true;
  }

  /** With one more ephemeral the txn that closes the session would become too large. */
  ownsTooMuch(path: string): boolean {
    const { options, znodes } = this.tree;
    const length = znodes.ephemerals.lengthOf(this.request.session) + path.length;
    return length > options.ephemeralLengthPerSessionMax;
  }

  /** Counts what a read gives back, before anybody gathers it. */
  isReadTooLarge(type: "get" | "children", node: ReadonlyZnode): boolean {
    this.#readBytes += type === "get" ? dataLengthOf(node) : node.childNames.size * NAME_BYTES;
    return this.#readBytes > this.tree.options.readBytesPerTxnMax;
  }

  /** Adds the record and applies it. BADARGUMENTS when the txn would become too large. */
  add(record: TxnRecord): ResultCode {
    const outcome = this.accept(record);
    if (outcome === ResultCode.OK) applyRecord(this, record);
    return outcome;
  }

  /** Adds the record, which the caller applies himself. */
  accept(record: TxnRecord): ResultCode {
    const { recordsPerTxnMax, recordLengthPerTxnMax } = this.tree.options;
    this.#recordLength += lengthOf(record);
    const isTooLarge = this.#recordLength > recordLengthPerTxnMax;
    if (isTooLarge || this.records.length >= recordsPerTxnMax) return ResultCode.BADARGUMENTS;
    // Most txns have one record: a list of one takes a fraction of the memory that pushing to an empty one does.
    if (this.records.length === 0) this.records = [record];
    else this.records.push(record);
    return ResultCode.OK;
  }
}

/** Characters; every ancestor that createParents makes repeats the ACL and most of the path. */
function lengthOf(record: TxnRecord): number {
  let length = record.path.length;
  if (record.type === "create" || record.type === "setData") length += record.data?.length ?? 0;
  if (record.type !== "create" && record.type !== "setAcl") return length;
  if (record.acl === OPEN_ACL_UNSAFE) return length;
  for (const { id } of record.acl) length += id.scheme.length + id.id.length;
  return length;
}
