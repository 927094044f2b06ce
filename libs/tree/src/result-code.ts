/** ZooKeeper's error codes (KeeperException.Code); names without the underscores of Java. */
export const ResultCode = {
  OK: 0,
  RUNTIMEINCONSISTENCY: -2,
  MARSHALLINGERROR: -5,
  UNIMPLEMENTED: -6,
  BADARGUMENTS: -8,
  NONODE: -101,
  NOAUTH: -102,
  BADVERSION: -103,
  NOCHILDRENFOREPHEMERALS: -108,
  NODEEXISTS: -110,
  NOTEMPTY: -111,
  SESSIONEXPIRED: -112,
  INVALIDACL: -114,
  AUTHFAILED: -115,
  SESSIONMOVED: -118,
  NOWATCHER: -121,
  RECONFIGDISABLED: -123,
  QUOTAEXCEEDED: -125,
} as const;
export type ResultCode = (typeof ResultCode)[keyof typeof ResultCode];
export type ResultName = keyof typeof ResultCode;

const NAME_OF_CODE: ReadonlyMap<ResultCode, ResultName> = new Map(
  (Object.keys(ResultCode) as ResultName[]).map((name) => [ResultCode[name], name]),
);

/** A code that this version does not know is something that should not be. */
export function resultName(code: ResultCode): ResultName {
  return NAME_OF_CODE.get(code) ?? "RUNTIMEINCONSISTENCY";
}
