import type { JuteWriter } from "@meerkat/jute";
import type { Token } from "../language/tokens.ts";

const OPEN = "31:world:anyone";

/**
 * Writes `perms:scheme:id,…`: without the last colon the id is null. `open` is everything for
 * everybody, and what stands for no option; `null` and nothing are those two vectors.
 */
export function writeAclList(writer: JuteWriter, token: Token | undefined): void {
  const text = token === undefined || token.latin1 === "open" ? OPEN : token.latin1;
  if (text === "null") {
    writer.writeInt(-1);
    return;
  }
  const entries = text === "" ? [] : text.split(",");
  writer.writeInt(entries.length);
  for (const entry of entries) {
    const [, perms, scheme, id] = /^(-?\d+):([^:]*)(?::(.*))?$/.exec(entry) ?? [];
    if (perms === undefined) throw new SyntaxError(`an ACL entry is perms:scheme:id, not ${entry}`);
    writer.writeInt(Number(perms));
    writer.writeLatin1(scheme === "null" ? null : (scheme ?? ""));
    writer.writeLatin1(id ?? null);
  }
}
