import { Perms } from "../../acl/acl.ts";
import { fixAcl } from "../../acl/fix-acl.ts";
import { isValidPath } from "../../path.ts";
import type {
  CheckOperation,
  GetOperation,
  SetAclOperation,
  SetDataOperation,
} from "../../request.ts";
import { ResultCode } from "../../result-code.ts";
import { dataLengthOf } from "../../znode.ts";
import { setDataOf } from "../apply/apply-record.ts";
import type { Preparation } from "./preparation.ts";

export function prepareSetData(
  preparation: Preparation,
  operation: SetDataOperation,
  op: number,
): ResultCode {
  const { path, data, version } = operation;
  const session = preparation.checkSession();
  if (session !== ResultCode.OK) return session;
  const node = preparation.tree.znodes.get(path);
  if (node === undefined) return missing(path);
  if (preparation.mayNot(Perms.WRITE, node)) return ResultCode.NOAUTH;
  const bytesDelta = (data?.length ?? 0) - dataLengthOf(node);
  if (preparation.isOverQuota(path, 0, bytesDelta)) return ResultCode.QUOTAEXCEEDED;
  if (version !== -1 && version !== node.version) return ResultCode.BADVERSION;
  const record = { type: "setData", op, path, data, version: next(node.version) } as const;
  const outcome = preparation.accept(record);
  if (outcome === ResultCode.OK) setDataOf(preparation, record, node);
  return outcome;
}

export function prepareSetAcl(
  preparation: Preparation,
  operation: SetAclOperation,
  op: number,
): ResultCode {
  const { path, version } = operation;
  const { tree, request } = preparation;
  const session = preparation.checkSession();
  if (session !== ResultCode.OK) return session;
  if (!isValidPath(path)) return ResultCode.BADARGUMENTS;
  const acl = fixAcl(operation.acl, request.credentials, tree.options.aclPolicy);
  if (acl === undefined) return ResultCode.INVALIDACL;
  const node = tree.znodes.get(path);
  if (node === undefined) return ResultCode.NONODE;
  if (preparation.mayNot(Perms.ADMIN, node)) return ResultCode.NOAUTH;
  if (version !== -1 && version !== node.aversion) return ResultCode.BADVERSION;
  return preparation.add({ type: "setAcl", op, path, acl, version: next(node.aversion) });
}

export function prepareCheck(
  preparation: Preparation,
  operation: CheckOperation,
  op: number,
): ResultCode {
  const { path, version } = operation;
  const session = preparation.checkSession();
  if (session !== ResultCode.OK) return session;
  const node = preparation.tree.znodes.get(path);
  if (node === undefined) return missing(path);
  if (preparation.mayNot(Perms.READ, node)) return ResultCode.NOAUTH;
  if (version !== -1 && version !== node.version) return ResultCode.BADVERSION;
  return preparation.add({ type: "check", op, path: "" });
}

/** Reads have no syntax check: what is malformed does not exist. */
export function prepareGet(
  preparation: Preparation,
  operation: GetOperation,
  op: number,
): ResultCode {
  const { type, path } = operation;
  const session = preparation.checkSession();
  if (session !== ResultCode.OK) return session;
  const node = preparation.tree.znodes.get(path);
  if (node === undefined) return ResultCode.NONODE;
  if (preparation.mayNot(Perms.READ, node)) return ResultCode.NOAUTH;
  if (preparation.isReadTooLarge(type, node)) return ResultCode.BADARGUMENTS;
  return preparation.add({ type, op, path });
}

/** A node that exists has a valid path, so the syntax is looked at only when there is none. */
function missing(path: string): ResultCode {
  return isValidPath(path) ? ResultCode.NONODE : ResultCode.BADARGUMENTS;
}

/** Version counters are ints that wrap; -1 is left out, since in a request it means "any". */
function next(version: number): number {
  const following = (version + 1) | 0;
  return following === -1 ? 0 : following;
}
