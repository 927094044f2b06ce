import type { Audience, Envelope, Packet, ServerId } from "@meerkat/zab";
import { readIncarnation, readServerId, SERVER_ID_MAX } from "../wire/fields.ts";
import { MalformedMessage } from "../wire/malformed-message.ts";
import { beginMessage, decodeMessage, endMessage } from "../wire/message.ts";
import { codecOf, codecOfNumber } from "./packet-codec.ts";

/** version, kind: byte; from, to: int; incarnation: long; and what a packet has beside its payload. */
const ENVELOPE_BYTES = 128;
/** Ids of servers are above 0. */
const AUDIENCES: readonly Audience[] = ["learners", "followers", "observers", "voters"];

/** byte version | byte packet | int from | long incarnation | int to | the packet's fields */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const { packet } = envelope;
  const codec = codecOf<Packet["type"]>(packet.type);
  const writer = beginMessage(codec.number, ENVELOPE_BYTES + (codec.sizeHintBytes?.(packet) ?? 0));
  writer.writeInt(envelope.from);
  writer.writeLong(envelope.incarnation);
  writer.writeInt(encodeAddress(envelope.to));
  codec.write(writer, packet);
  return endMessage(writer);
}

/**
 * Chunks and the proposals of a DIFF are views of `bytes`.
 *
 * @throws MalformedMessage
 */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  return decodeMessage(bytes, "packet", (number, reader) => {
    const codec = codecOfNumber(number);
    if (codec === undefined) throw new MalformedMessage(`${number} is no packet.`);
    const from = readServerId(reader);
    const incarnation = readIncarnation(reader);
    const to = decodeAddress(reader.readInt());
    return { from, incarnation, to, packet: codec.read(reader) };
  });
}

function encodeAddress(to: Envelope["to"]): number {
  return typeof to === "number" ? to : -AUDIENCES.indexOf(to);
}

function decodeAddress(address: number): Envelope["to"] {
  const audience = AUDIENCES[-address];
  if (audience !== undefined) return audience;
  if (address > 0 && address <= SERVER_ID_MAX) return address as ServerId;
  throw new MalformedMessage(`${address} is no address.`);
}
