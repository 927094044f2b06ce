/** Permission bits (ZooDefs.Perms). Other bits are stored as given. */
export const Perms = { READ: 1, WRITE: 2, CREATE: 4, DELETE: 8, ADMIN: 16, ALL: 31 } as const;

export interface Id {
  readonly scheme: string;
  readonly id: string;
}

export interface Acl {
  readonly perms: number;
  readonly id: Id;
}

export const WORLD_ANYONE: Id = { scheme: "world", id: "anyone" };
export const OPEN_ACL_UNSAFE: readonly Acl[] = [{ perms: Perms.ALL, id: WORLD_ANYONE }];
