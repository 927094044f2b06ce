import type { Acl, Id } from "./acl.ts";
import type { AclPolicy } from "./acl-policy.ts";
import { AUTH_SCHEME, expandAuth } from "./schemes/auth.ts";
import { isWorldAnyone } from "./schemes/world.ts";

/**
 * The list of a create or setACL as it is stored: duplicates left out, `auth` replaced by the
 * sender's own identities. Undefined when the list is not well-formed, which is INVALIDACL.
 */
export function fixAcl(
  acl: readonly Acl[],
  credentials: readonly Id[],
  policy: AclPolicy,
): readonly Acl[] | undefined {
  const [first] = acl;
  if (first === undefined) return undefined;
  // Nearly every list is this one; it is kept as the same object.
  if (acl.length === 1 && isWorldAnyone(first.id)) return acl;
  const fixed: Acl[] = [];
  for (const entry of withoutDuplicates(acl)) {
    const { scheme, id } = entry.id;
    if (scheme === AUTH_SCHEME) {
      const expanded = expandAuth(entry, credentials, policy.schemes);
      if (expanded.length === 0) return undefined;
      fixed.push(...expanded);
    } else if (isWorldAnyone(entry.id) || policy.schemes.get(scheme)?.accepts(id) === true) {
      fixed.push(entry);
    } else {
      return undefined;
    }
  }
  return fixed;
}

/** Says in a sentence why a list is refused; undefined for one that `fixAcl` accepts. */
export function aclProblem(
  acl: readonly Acl[],
  credentials: readonly Id[],
  policy: AclPolicy,
): string | undefined {
  if (acl.length === 0) return "the ACL is empty: give at least one entry";
  for (const entry of acl) {
    if (fixAcl([entry], credentials, policy) !== undefined) continue;
    const { scheme, id } = entry.id;
    if (scheme === AUTH_SCHEME) return "the ACL says auth, but the client has not authenticated";
    if (scheme === "world") return `the ACL has world:${id}: the only id of world is anyone`;
    if (!policy.schemes.has(scheme)) return `the ACL has the scheme ${scheme}, which is not in use`;
    return `the ACL has the id ${id}, which is not one of the scheme ${scheme}`;
  }
  return undefined;
}

function withoutDuplicates(acl: readonly Acl[]): readonly Acl[] {
  const byContent = new Map<string, Acl>();
  for (const entry of acl) {
    const { scheme, id } = entry.id;
    const content = `${entry.perms}:${scheme.length}:${scheme}${id}`;
    if (!byContent.has(content)) byContent.set(content, entry);
  }
  return [...byContent.values()];
}
