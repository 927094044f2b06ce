import type { Id } from "../acl.ts";

/** `world:anyone` is the only id of its scheme and needs no credential. */
export function isWorldAnyone(id: Id): boolean {
  return id.scheme === "world" && id.id === "anyone";
}
