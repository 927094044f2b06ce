import { errors, type NatsConnection, type NatsConnectionImpl } from "@nats-io/transport-node";
import { InvalidSubject, PayloadTooLarge } from "./errors.ts";
import { MESSAGE_ID } from "./jetstream-api.ts";
import type { StreamMessage } from "./ordered-stream.ts";

/** The client's connection with what it writes its commands to, of which `NatsConnection` does not tell. */
export type FramedConnection = NatsConnection & Pick<NatsConnectionImpl, "protocol">;

/** What a message carries beside itself: one more header, and where an answer is to go. */
export interface FrameExtras {
  readonly header: string;
  readonly value: string;
  readonly reply?: string | undefined;
}

const WHITE_SPACE = /\s/;
const LINE_BREAK = /[\r\n]/;

/**
 * A message as NATS's protocol has it (HPUB). Of many of them one text is made, which is encoded once: the
 * client's `publish` makes four buffers of each message, and copies them into a fifth.
 *
 * @throws InvalidSubject, PayloadTooLarge, RangeError when a header would become two
 */
export function frameOf(message: StreamMessage, extras: FrameExtras, bytesMax: number): string {
  const { subject, payload } = message;
  const head = headOf(message, extras);
  const headBytes = Buffer.byteLength(head);
  const bytes = headBytes + Buffer.byteLength(payload);
  if (bytes > bytesMax) throw new PayloadTooLarge(subject, bytes, bytesMax);
  if (subject === "" || WHITE_SPACE.test(subject)) {
    throw new InvalidSubject(`"${subject}" is no subject to publish to`);
  }
  const reply = extras.reply === undefined ? "" : `${extras.reply} `;
  return `HPUB ${subject} ${reply}${headBytes} ${bytes}\r\n${head}${payload}\r\n`;
}

/** They leave at the end of this turn, behind what was published before. */
export function sendFrames(connection: FramedConnection, frames: string): void {
  if (connection.isClosed()) throw new errors.ClosedConnectionError();
  connection.protocol.sendCommand(frames);
}

function headOf({ id, headers }: StreamMessage, { header, value }: FrameExtras): string {
  let lines = `NATS/1.0\r\n${lineOf(MESSAGE_ID, id)}${lineOf(header, value)}`;
  for (const name in headers) lines += lineOf(name, headers[name] ?? "");
  return `${lines}\r\n`;
}

function lineOf(name: string, value: string): string {
  if (LINE_BREAK.test(value)) throw new RangeError(`the header ${name} has a line break in it`);
  return `${name}: ${value}\r\n`;
}
