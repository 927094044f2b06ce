import {
  type Acl,
  type DataTree,
  type Id,
  isValidPath,
  Perms,
  ResultCode,
  type Stat,
  type ZnodeData,
} from "@meerkat/tree";

/** A look at the tree that was refused, in the form of the tree's own refusals. */
export interface Refused {
  readonly type: "error";
  readonly zxid: number;
  readonly code: ResultCode;
  readonly path: string;
}

export interface ZnodeLook {
  readonly type: "ok";
  readonly zxid: number;
  readonly data: ZnodeData;
  readonly stat: Stat;
}

export interface AclLook {
  readonly type: "ok";
  readonly zxid: number;
  readonly acl: readonly Acl[];
  readonly stat: Stat;
}

/** Data and stat of a znode, for those who have READ. */
export function lookAtZnode(
  tree: DataTree,
  path: string,
  credentials: readonly Id[],
): ZnodeLook | Refused {
  const look = tree.getData(path);
  if (look === undefined) return missing(tree, path);
  if (!mayRead(tree, path, credentials)) return refused(tree, path, ResultCode.NOAUTH);
  return { type: "ok", zxid: tree.lastZxid, data: look.data, stat: look.stat };
}

/** The ACL of a znode, for those who have READ or ADMIN. */
export function lookAtAcl(
  tree: DataTree,
  path: string,
  credentials: readonly Id[],
): AclLook | Refused {
  const look = tree.getAcl(path, credentials);
  if (look === undefined) return missing(tree, path);
  if (!isAllowed(tree, path, Perms.READ | Perms.ADMIN, credentials)) {
    return refused(tree, path, ResultCode.NOAUTH);
  }
  return { type: "ok", zxid: tree.lastZxid, acl: look.acl, stat: look.stat };
}

export function mayRead(tree: DataTree, path: string, credentials: readonly Id[]): boolean {
  return isAllowed(tree, path, Perms.READ, credentials);
}

function isAllowed(
  tree: DataTree,
  path: string,
  perms: number,
  credentials: readonly Id[],
): boolean {
  const node = tree.find(path);
  return node !== undefined && tree.isAllowed(node, perms, credentials);
}

export function refused(tree: DataTree, path: string, code: ResultCode): Refused {
  return { type: "error", zxid: tree.lastZxid, code, path };
}

/** A malformed path names no znode, and the client should hear why. */
export function missing(tree: DataTree, path: string): Refused {
  return refused(tree, path, isValidPath(path) ? ResultCode.NONODE : ResultCode.BADARGUMENTS);
}
