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
  /** Characters of paths, data and ACLs in the records of one txn; more is BADARGUMENTS. */
  readonly recordLengthPerTxnMax: number;
  /**
   * Characters of the paths of one session's ephemerals, all of which the txn that closes it
   * names; an ephemeral beyond it is BADARGUMENTS.
   */
  readonly ephemeralLengthPerSessionMax: number;
  /** About how much the reads inside one txn may give back; more is BADARGUMENTS. */
  readonly readBytesPerTxnMax: number;
  readonly idempotencyEntriesMax: number;
  /** Of all answers together; beyond it the oldest are forgotten. */
  readonly idempotencyBytesMax: number;
  readonly idempotencyAgeMsMax: number;
  /** A container that never had a child is reaped after so long; 0 keeps it for ever. */
  readonly unusedContainerMsMax: number;
  /** Data of /zookeeper/config until a txn writes it. No part of the state: it may change between two starts. */
  readonly configText: string;
}

export const DATA_TREE_OPTIONS: DataTreeOptions = {
  aclPolicy: DEFAULT_ACL_POLICY,
  ttlEnabled: true,
  enforceQuota: false,
  recordsPerTxnMax: 10_000,
  recordLengthPerTxnMax: 4 * 1024 * 1024,
  ephemeralLengthPerSessionMax: 1024 * 1024,
  readBytesPerTxnMax: 4 * 1024 * 1024,
  idempotencyEntriesMax: 100_000,
  idempotencyBytesMax: 64 * 1024 * 1024,
  idempotencyAgeMsMax: 10 * 60_000,
  unusedContainerMsMax: 0,
  configText: "",
};
