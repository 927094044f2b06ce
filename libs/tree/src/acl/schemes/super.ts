import type { Id } from "../acl.ts";

/**
 * The credential that passes every check. The door gives it to a client whose digest, certificate
 * or SASL name is the configured super user's; it cannot stand in an ACL.
 */
export const SUPER: Id = { scheme: "super", id: "" };

export function isSuper(credentials: readonly Id[]): boolean {
  return credentials.some(({ scheme }) => scheme === SUPER.scheme);
}
