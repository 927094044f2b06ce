import type { DataTree } from "../../data-tree.ts";
import type { Request } from "../../request.ts";
import { ResultCode } from "../../result-code.ts";
import type { ChangeStamp, ReadonlyZnode } from "../../znode.ts";
import { applyRecord } from "../apply/apply-record.ts";
import type { Observation } from "../apply/observation.ts";
import type { TxnRecord } from "../txn.ts";

/**
 * One request on its way to become a txn. Each operation sees what the ones before it did, because
 * every record is applied to the leader's tree as soon as it is made.
 */
export class Preparation {
  readonly tree: DataTree;
  readonly request: Request;
  readonly stamp: ChangeStamp;
  readonly records: TxnRecord[] = [];
  readonly observation: Observation;

  constructor(tree: DataTree, request: Request, stamp: ChangeStamp, observation: Observation) {
    this.tree = tree;
    this.request = request;
    this.stamp = stamp;
    this.observation = observation;
  }

  /** The request names a session that does not exist, or no longer. */
  get isSessionExpired(): boolean {
    const { session } = this.request;
    return session !== 0 && !this.tree.sessions.has(session);
  }

  mayNot(perms: number, node: ReadonlyZnode): boolean {
    return !this.tree.isAllowed(node, perms, this.request.credentials);
  }

  /** A hard quota would be broken, and quotas are enforced. */
  isOverQuota(path: string, countDelta: number, bytesDelta: number): boolean {
    const { options, quota } = this.tree;
    return options.enforceQuota && quota.check(path, countDelta, bytesDelta)?.hard === true;
  }

  /** Adds the record and applies it. BADARGUMENTS when the txn would have too many. */
  add(record: TxnRecord): ResultCode {
    if (this.records.length >= this.tree.options.recordsPerTxnMax) return ResultCode.BADARGUMENTS;
    this.records.push(record);
    applyRecord(this.tree, record, this.stamp, this.observation);
    return ResultCode.OK;
  }
}
