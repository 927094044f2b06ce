import type { ResultName } from "@meerkat/tree";

/** The status of a refusal that concerns the one znode (or session) in the URL. A missing row does not compile. */
export const HTTP_STATUS: Readonly<Record<ResultName, number>> = {
  OK: 200,
  RUNTIMEINCONSISTENCY: 500,
  MARSHALLINGERROR: 400,
  UNIMPLEMENTED: 501,
  BADARGUMENTS: 400,
  NONODE: 404,
  NOAUTH: 403,
  BADVERSION: 412,
  NOCHILDRENFOREPHEMERALS: 409,
  NODEEXISTS: 409,
  NOTEMPTY: 409,
  SESSIONEXPIRED: 401,
  INVALIDACL: 400,
  AUTHFAILED: 401,
  SESSIONMOVED: 409,
  NOWATCHER: 404,
  RECONFIGDISABLED: 501,
  QUOTAEXCEEDED: 409,
};

/** ZooKeeper's names as its clients print them (KeeperException.Code): the `code` of a problem. */
export const PROBLEM_CODE = {
  OK: "Ok",
  RUNTIMEINCONSISTENCY: "RuntimeInconsistency",
  MARSHALLINGERROR: "MarshallingError",
  UNIMPLEMENTED: "Unimplemented",
  BADARGUMENTS: "BadArguments",
  NONODE: "NoNode",
  NOAUTH: "NoAuth",
  BADVERSION: "BadVersion",
  NOCHILDRENFOREPHEMERALS: "NoChildrenForEphemerals",
  NODEEXISTS: "NodeExists",
  NOTEMPTY: "NotEmpty",
  SESSIONEXPIRED: "SessionExpired",
  INVALIDACL: "InvalidAcl",
  AUTHFAILED: "AuthFailed",
  SESSIONMOVED: "SessionMoved",
  NOWATCHER: "NoWatcher",
  RECONFIGDISABLED: "ReconfigDisabled",
  QUOTAEXCEEDED: "QuotaExceeded",
} as const satisfies Readonly<Record<ResultName, string>>;

/**
 * In a transaction the URL exists and it is the transaction that does not fit the tree's state:
 * what would be 404 or 412 for one znode is 409 there.
 */
export function statusInTransaction(name: ResultName): number {
  const status = HTTP_STATUS[name];
  return status === 404 || status === 412 ? 409 : status;
}
