import { type JuteReader, MarshallingError } from "@meerkat/jute";
import type { Id } from "@meerkat/tree";
import { digestCredentials, withCredentials } from "./wire-credentials.ts";

const EMPTY = new Uint8Array(0);
/** Every request carries them, and every check looks at them. */
const CREDENTIALS_MAX = 100;

/**
 * The client's credentials after its auth packet; undefined when it proves nothing. The address
 * (`ip`) is known already, and other schemes prove nothing by a packet.
 */
export function authenticate(
  reader: JuteReader,
  have: readonly Id[],
  superDigest: string | undefined,
): readonly Id[] | undefined {
  try {
    reader.readInt();
    const scheme = reader.readUstring();
    const auth = reader.readBuffer() ?? EMPTY;
    if (scheme === "ip") return have;
    if (scheme !== "digest" || have.length >= CREDENTIALS_MAX) return undefined;
    return withCredentials(have, digestCredentials(auth, superDigest));
  } catch (error) {
    if (!(error instanceof MarshallingError)) throw error;
    return undefined;
  }
}
