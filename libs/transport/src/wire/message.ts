import { JuteReader, JuteWriter, MarshallingError } from "@meerkat/jute";
import { MalformedMessage } from "./malformed-message.ts";

/**
 * Every message starts with the version of this wire format and a byte that says its kind:
 *
 *     byte version | byte kind | fields, as jute writes them
 */
const WIRE_VERSION = 1;
const SHARED_CAPACITY_BYTES = 1024;

const sharedWriter = new JuteWriter(SHARED_CAPACITY_BYTES);
const sharedReader = new JuteReader();

/**
 * A writer at the first field. Small messages share one writer and are copied out of it; a large
 * one (by its `sizeHintBytes`) gets its own and is not copied again. `endMessage` takes it back.
 */
export function beginMessage(kind: number, sizeHintBytes: number): JuteWriter {
  const isSmall = sizeHintBytes <= SHARED_CAPACITY_BYTES;
  const writer = isSmall ? sharedWriter : new JuteWriter(sizeHintBytes);
  if (isSmall) writer.reset();
  writer.writeByte(WIRE_VERSION);
  writer.writeByte(kind);
  return writer;
}

/** The finished bytes; they are the caller's own. */
export function endMessage(writer: JuteWriter): Uint8Array {
  return writer === sharedWriter ? writer.toBytes() : writer.view();
}

/**
 * Reads one message whole. `read` may keep views of the bytes, but not the reader.
 *
 * @throws MalformedMessage and nothing else
 */
export function decodeMessage<T>(
  bytes: Uint8Array,
  what: string,
  read: (kind: number, reader: JuteReader) => T,
): T {
  try {
    sharedReader.reset(bytes);
    const version = sharedReader.readByte();
    if (version !== WIRE_VERSION) {
      throw new MalformedMessage(
        `${what}: version ${version} of the wire format, this process speaks ${WIRE_VERSION}.`,
      );
    }
    const message = read(sharedReader.readByte(), sharedReader);
    if (sharedReader.remaining > 0) {
      throw new MalformedMessage(`${what}: ${sharedReader.remaining} bytes behind its end.`);
    }
    return message;
  } catch (cause) {
    if (!(cause instanceof MarshallingError)) throw cause;
    throw new MalformedMessage(`${what}: ${cause.message}.`, { cause });
  }
}
