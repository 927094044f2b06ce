import type { Scheme } from "./scheme.ts";

/** Ids and credentials are `user:base64(SHA1("user:password"))`; the door hashes. */
export const digest: Scheme = {
  name: "digest",
  authenticates: true,
  // As Java's split counts: two parts, where trailing empty ones are left out.
  accepts: (id) => {
    let end = id.length;
    while (end > 0 && id[end - 1] === ":") end -= 1;
    const colon = id.indexOf(":");
    return colon >= 0 && colon < end && id.lastIndexOf(":", end - 1) === colon;
  },
  matches: (credential, id) => credential === id,
};

/** What someone without ADMIN may see of a digest id: whose it is, not the hash. */
export function maskDigest(id: string): string {
  const at = id.indexOf(":");
  return `${at < 0 ? id : id.slice(0, at)}:x`;
}
