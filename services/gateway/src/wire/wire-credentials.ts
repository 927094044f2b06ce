import { hash } from "node:crypto";
import { type Id, SUPER } from "@meerkat/tree";

/** IPv4 peers of a dual-stack socket count as IPv4. */
export function ipCredential(address: string): Id {
  return { scheme: "ip", id: address.replace(/^::ffff:(?=\d+\.)/, "") };
}

/**
 * What an auth packet of scheme `digest` proves: `user:base64(SHA1("user:password"))`. The super
 * user's digest brings the credential that passes every check along.
 */
export function digestCredentials(
  auth: Uint8Array,
  superDigest: string | undefined,
): readonly Id[] {
  const bytes = Buffer.from(auth.buffer, auth.byteOffset, auth.byteLength);
  const colon = bytes.indexOf(":");
  const user = bytes.toString("utf8", 0, colon < 0 ? bytes.length : colon);
  const id = `${user}:${hash("sha1", bytes, "base64")}`;
  const digest: Id = { scheme: "digest", id };
  return id === superDigest ? [digest, SUPER] : [digest];
}

/** Credentials add up, and repeating one changes nothing. */
export function withCredentials(have: readonly Id[], more: readonly Id[]): readonly Id[] {
  const isNew = ({ scheme, id }: Id) =>
    !have.some((other) => other.scheme === scheme && other.id === id);
  const added = more.filter(isNew);
  return added.length === 0 ? have : [...have, ...added];
}

/** What whoAmI shows: of a digest the user without the hash. */
export function userOf({ scheme, id }: Id): string {
  if (scheme !== "digest") return id;
  const colon = id.indexOf(":");
  return colon < 0 ? id : id.slice(0, colon);
}
