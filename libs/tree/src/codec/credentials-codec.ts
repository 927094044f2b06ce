import { JuteReader, type JuteWriter } from "@meerkat/jute";
import type { Id } from "../acl/acl.ts";
import { readIds, writeIds } from "./codec-parts.ts";

const KNOWN_LISTS_MAX = 1024;
const KNOWN_BLOCK_LENGTH_MAX = 256;

const known = new Map<string, readonly Id[]>();
/** The block read last, and what it says. Clients that ask one after another are often of one machine. */
let lastBlock = "";
let lastCredentials: readonly Id[] = [];

/*
 * A client sends the same credentials with every request. They stand in a request as one block of
 * bytes, so that the reader can recognise them as a whole: decoding them anew would double the
 * cost of a small request.
 */
export function writeCredentials(writer: JuteWriter, credentials: readonly Id[]): void {
  const at = writer.length;
  writer.writeInt(0);
  writeIds(writer, credentials);
  writer.patchInt(at, writer.length - at - 4);
}

/** @throws MarshallingError */
export function readCredentials(reader: JuteReader): readonly Id[] {
  if (lastBlock !== "" && reader.skipLatin1(lastBlock)) return lastCredentials;
  const block = reader.readBytes();
  const credentials = known.get(block) ?? decode(block);
  if (block.length > KNOWN_BLOCK_LENGTH_MAX) return credentials;
  lastBlock = block;
  lastCredentials = credentials;
  return credentials;
}

function decode(block: string): readonly Id[] {
  const credentials = readIds(new JuteReader(Buffer.from(block, "latin1")));
  if (known.size >= KNOWN_LISTS_MAX) known.clear();
  if (block.length <= KNOWN_BLOCK_LENGTH_MAX) known.set(block, credentials);
  return credentials;
}
