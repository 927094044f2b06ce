import type { JuteWriter } from "@meerkat/jute";
import type { Acl } from "@meerkat/tree";

/** Records that replies consist of, beside the Stat. */

export function writeAclVector(writer: JuteWriter, acl: readonly Acl[]): void {
  writer.writeInt(acl.length);
  for (const { perms, id } of acl) {
    writer.writeInt(perms);
    writer.writeUstring(id.scheme);
    writer.writeUstring(id.id);
  }
}

export function writeStrings(writer: JuteWriter, texts: Iterable<string>, count: number): void {
  writer.writeInt(count);
  for (const text of texts) writer.writeUstring(text);
}

/** What stands before each result of a multi, and behind the last. */
export function writeMultiHeader(writer: JuteWriter, type: number, code: number): void {
  writer.writeInt(type);
  writer.writeBoolean(false);
  writer.writeInt(code);
}

export function writeMultiEnd(writer: JuteWriter): void {
  writer.writeInt(-1);
  writer.writeBoolean(true);
  writer.writeInt(-1);
}
