import { type AclPolicy, DEFAULT_ACL_POLICY } from "./acl/acl-policy.ts";

/** Must be the same on every server of an ensemble, except where a line says otherwise. */
export interface DataTreeOptions {
  readonly aclPolicy: AclPolicy;
  /** Without it the two TTL modes are UNIMPLEMENTED. */
  readonly ttlEnabled: boolean;
  /** Hard quotas refuse (QUOTAEXCEEDED) instead of being counted only. */
  readonly enforceQuota: boolean;
  /** Records of one txn; a request that needs more is BADARGUMENTS. */
  readonly recordsPerTxnMax: number;
  readonly idempotencyEntriesMax: number;
  readonly idempotencyAgeMsMax: number;
  /** A container that never had a child is reaped after so long; 0 keeps it for ever. */
  readonly unusedContainerMsMax: number;
  /** Data of /zookeeper/config. */
  readonly configText: string;
}

export const DATA_TREE_OPTIONS: DataTreeOptions = {
  aclPolicy: DEFAULT_ACL_POLICY,
  ttlEnabled: true,
  enforceQuota: false,
  recordsPerTxnMax: 10_000,
  idempotencyEntriesMax: 100_000,
  idempotencyAgeMsMax: 10 * 60_000,
  unusedContainerMsMax: 0,
  configText: "",
};
