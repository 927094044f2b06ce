import { Perms } from "../../acl/acl.ts";
import { fixAcl } from "../../acl/fix-acl.ts";
import { type CreateModeTraits, traitsOf } from "../../create-mode.ts";
import { formatSequence, hasParentPath, isValidPath, parentOf } from "../../path.ts";
import type { CreateOperation } from "../../request.ts";
import { ResultCode } from "../../result-code.ts";
import { ZnodeKind } from "../../znode.ts";
import { createBelow } from "../apply/apply-record.ts";
import type { Preparation } from "./preparation.ts";

const TTL_MS_MAX = 2 ** 40 - 1;
const PERSISTENT: CreateModeTraits = { kind: "persistent", sequential: false };

/** The create family; the order of the checks is ZooKeeper's. */
export function prepareCreate(
  preparation: Preparation,
  operation: CreateOperation,
  op: number,
): ResultCode {
  const traits = traitsOf(operation.mode);
  if (traits === undefined) return ResultCode.BADARGUMENTS;
  const problem = checkMode(preparation, operation, traits);
  if (problem !== ResultCode.OK) return problem;
  const session = preparation.checkSession();
  if (session !== ResultCode.OK) return session;
  if (!hasParentPath(operation.path)) return ResultCode.BADARGUMENTS;
  const { tree, request } = preparation;
  const acl = fixAcl(operation.acl, request.credentials, tree.options.aclPolicy);
  if (acl === undefined) return ResultCode.INVALIDACL;
  const fixed = acl === operation.acl ? operation : { ...operation, acl };
  if (operation.createParents === true) {
    const outcome = createMissingParents(preparation, fixed, op);
    if (outcome !== ResultCode.OK) return outcome;
  }
  return createOne(preparation, fixed, traits, op);
}

function checkMode(
  { tree, request }: Preparation,
  { ttlMs }: CreateOperation,
  { kind }: CreateModeTraits,
): ResultCode {
  if (kind === "ttl") {
    if (!tree.options.ttlEnabled) return ResultCode.UNIMPLEMENTED;
    const isInRange = ttlMs !== undefined && Number.isInteger(ttlMs) && ttlMs > 0;
    if (!isInRange || ttlMs > TTL_MS_MAX) return ResultCode.BADARGUMENTS;
  } else if (ttlMs !== undefined) {
    return ResultCode.BADARGUMENTS;
  }
  // Over ZooKeeper's protocol there is always a session; over HTTP somebody may have left it out.
  if (kind === "ephemeral" && request.session === 0) return ResultCode.BADARGUMENTS;
  return ResultCode.OK;
}

/** Each missing ancestor, from the top, as if the client had created them one after another. */
function createMissingParents(
  preparation: Preparation,
  operation: CreateOperation,
  op: number,
): ResultCode {
  const missing: string[] = [];
  let path = parentOf(operation.path);
  while (!preparation.tree.has(path)) {
    missing.push(path);
    path = parentOf(path);
  }
  for (const ancestor of missing.reverse()) {
    const { acl } = operation;
    const parent = { type: "create", path: ancestor, data: "", acl, mode: 0 } as const;
    const outcome = createOne(preparation, parent, PERSISTENT, op);
    if (outcome !== ResultCode.OK) return outcome;
  }
  return ResultCode.OK;
}

/** From "the parent exists" on. The ACL is a fixed one. */
function createOne(
  preparation: Preparation,
  operation: CreateOperation,
  traits: CreateModeTraits,
  op: number,
): ResultCode {
  const { tree, request } = preparation;
  const parentPath = parentOf(operation.path);
  const parent = tree.znodes.get(parentPath);
  if (parent === undefined) return ResultCode.NONODE;
  if (preparation.mayNot(Perms.CREATE, parent)) return ResultCode.NOAUTH;
  const isSequential = traits.sequential || operation.sequential === true;
  const suffix = isSequential ? formatSequence(parent.creations) : "";
  const path = operation.path + suffix;
  if (!isValidPath(path)) return ResultCode.BADARGUMENTS;
  if (tree.has(path)) {
    if (operation.ifNotExists === true) return preparation.add({ type: "exists", op, path });
    return ResultCode.NODEEXISTS;
  }
  if (parent.kind === ZnodeKind.ephemeral) return ResultCode.NOCHILDRENFOREPHEMERALS;
  if (traits.kind === "ephemeral" && preparation.ownsTooMuch(path)) return ResultCode.BADARGUMENTS;
  const { data } = operation;
  if (preparation.isOverQuota(path, 1, data?.length ?? 0)) return ResultCode.QUOTAEXCEEDED;
  const record = {
    type: "create",
    op,
    path,
    data,
    acl: operation.acl,
    ephemeralOwner: traits.kind === "ephemeral" ? request.session : 0,
    kind: traits.kind,
    ttlMs: traits.kind === "ttl" ? (operation.ttlMs ?? 0) : 0,
    parentCreations: (parent.creations + 1) | 0,
  } as const;
  const outcome = preparation.accept(record);
  if (outcome === ResultCode.OK) createBelow(preparation, record, parentPath, parent);
  return outcome;
}
