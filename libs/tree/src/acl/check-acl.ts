import { type Acl, type Id, Perms } from "./acl.ts";
import type { AclPolicy } from "./acl-policy.ts";
import { maskDigest } from "./schemes/digest.ts";
import { isSuper } from "./schemes/super.ts";
import { isWorldAnyone } from "./schemes/world.ts";

/**
 * Whether someone with these credentials has one of the permissions (bits) under the list. Entries
 * only allow: there is no denial, no inheritance, and an empty list allows everything.
 */
export function isAllowed(
  acl: readonly Acl[],
  perms: number,
  credentials: readonly Id[],
  policy: AclPolicy,
): boolean {
  if (policy.skipAcl || acl.length === 0) return true;
  for (const entry of acl) {
    if ((entry.perms & perms) === 0) continue;
    if (isWorldAnyone(entry.id)) return true;
    const scheme = policy.schemes.get(entry.id.scheme);
    if (scheme === undefined) continue;
    for (const credential of credentials) {
      if (credential.scheme !== entry.id.scheme) continue;
      if (scheme.matches(credential.id, entry.id.id)) return true;
    }
  }
  return isSuper(credentials);
}

/** The list as getACL shows it: without ADMIN the hashes of digest ids are left out. */
export function visibleAcl(
  acl: readonly Acl[],
  credentials: readonly Id[],
  policy: AclPolicy,
): readonly Acl[] {
  if (isAllowed(acl, Perms.ADMIN, credentials, policy)) return acl;
  return acl.map((entry) => {
    const { scheme, id } = entry.id;
    return scheme === "digest" ? { ...entry, id: { scheme, id: maskDigest(id) } } : entry;
  });
}
