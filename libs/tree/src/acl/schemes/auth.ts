import type { Acl, Id } from "../acl.ts";
import type { Scheme } from "./scheme.ts";

/** `auth` stands in a request for "whoever sends this"; it is never stored. Its id is ignored. */
export const AUTH_SCHEME = "auth";

/** One entry per credential that proves an identity, with the same permissions. */
export function expandAuth(
  entry: Acl,
  credentials: readonly Id[],
  schemes: ReadonlyMap<string, Scheme>,
): Acl[] {
  return credentials
    .filter(({ scheme }) => schemes.get(scheme)?.authenticates === true)
    .map((id) => ({ perms: entry.perms, id }));
}
