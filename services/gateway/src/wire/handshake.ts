import type { JuteReader, JuteWriter } from "@meerkat/jute";
import type { SessionTimeouts } from "../http/options.ts";

export const PASSWORD_BYTES = 16;
const NO_PASSWORD = "\0".repeat(PASSWORD_BYTES);
const LENGTH_BYTES = 4;

/** The first frame of a connection, without a header (ConnectRequest). */
export interface ConnectRequest {
  /** The highest zxid that the client has seen in an answer; to be compared, it may be inexact. */
  readonly lastZxidSeen: number;
  readonly timeoutMs: number;
  /** 0 asks for a new session. What is beyond 2^53 is inexact, and no session of ours. */
  readonly session: number;
  readonly password: string;
  /** Clients before 3.4 and node-zookeeper-client leave the flag out, and expect none in the answer. */
  readonly hasReadOnlyFlag: boolean;
}

/** @throws MarshallingError */
export function readConnectRequest(reader: JuteReader): ConnectRequest {
  reader.readInt();
  const lastZxidSeen = reader.readNearestLong();
  const timeoutMs = reader.readInt();
  const session = reader.readNearestLong();
  const password = reader.readLatin1() ?? "";
  const hasReadOnlyFlag = reader.remaining > 0;
  return { lastZxidSeen, timeoutMs, session, password, hasReadOnlyFlag };
}

/** The session as a client gets to know it. */
export interface Ticket {
  readonly session: number;
  readonly timeoutMs: number;
  readonly password: string;
}

/** How a session that does not exist, or is somebody else's, is refused: a timeout of 0. */
export const NO_TICKET: Ticket = { session: 0, timeoutMs: 0, password: NO_PASSWORD };

/** The answer, without a header. A gateway that answers takes writes: it is never read-only. */
export function writeConnectResponse(
  writer: JuteWriter,
  { session, timeoutMs, password }: Ticket,
  hasReadOnlyFlag: boolean,
): void {
  const at = writer.length;
  writer.writeInt(0);
  writer.writeInt(0);
  writer.writeInt(timeoutMs);
  writer.writeLong(session);
  writer.writeLatin1(password);
  if (hasReadOnlyFlag) writer.writeBoolean(false);
  writer.patchInt(at, writer.length - at - LENGTH_BYTES);
}

export function negotiate(askedMs: number, { minMs, maxMs }: SessionTimeouts): number {
  return Math.min(Math.max(askedMs, minMs), maxMs);
}
