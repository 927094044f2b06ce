import type { JuteReader } from "@meerkat/jute";
import type { Id } from "@meerkat/tree";
import { digestCredentials, withCredentials } from "./wire-credentials.ts";

/** Every request carries them, and every check looks at them. */
const CREDENTIALS_MAX = 100;

/**
 * The client's credentials after its auth packet; undefined when it proves nothing. The address
 * (`ip`) is known already, and other schemes prove nothing by a packet.
 * @throws MarshallingError
 */
export function authenticate(
  reader: JuteReader,
  have: readonly Id[],
  superDigest: string | undefined,
): readonly Id[] | undefined {
  reader.readInt();
  const scheme = reader.readUstring();
  const auth = reader.readBuffer();
  if (scheme === "ip") return have;
  if (scheme !== "digest" || auth === null || have.length >= CREDENTIALS_MAX) return undefined;
  return withCredentials(have, digestCredentials(auth, superDigest));
}
