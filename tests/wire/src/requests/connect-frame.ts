import { JuteWriter } from "@meerkat/jute";
import type { Call } from "../language/line.ts";
import { bytesOf, longOf } from "../language/values.ts";
import { framed, integerOrElse } from "./frames.ts";
import { writeLong } from "./long.ts";
import type { ZxidOf } from "./records.ts";

/** What a connection was given, by which another one can ask for the same session. */
export interface Grant {
  readonly session: bigint;
  readonly password: Uint8Array;
}

/** Long enough that no session of a script expires while nobody looks. */
export const TIMEOUT_MS = 30_000;
const PASSWORD_BYTES = 16;

/**
 * The first frame of a connection. `session=A` asks for the session of connection A with its
 * password; `readonly=none` is the form of old clients, which do not know that flag.
 */
export function connectFrame(
  { options }: Call,
  grantOf: (connection: string) => Grant,
  zxidOf: ZxidOf,
): Uint8Array {
  const writer = new JuteWriter();
  const session = options.get("session");
  const password = options.get("password");
  const isName = session !== undefined && /^[A-Z]/.test(session.latin1);
  const grant: Grant = isName
    ? grantOf(session.latin1)
    : {
        session: session === undefined ? 0n : longOf(session),
        password: Buffer.alloc(PASSWORD_BYTES),
      };
  writer.writeInt(integerOrElse(options, "protocol", 0));
  writeLong(writer, zxidOf(options.get("zxid")?.latin1 ?? "0"));
  writer.writeInt(integerOrElse(options, "timeout", TIMEOUT_MS));
  writeLong(writer, grant.session);
  writer.writeBuffer(password === undefined ? grant.password : bytesOf(password));
  if (options.get("readonly")?.latin1 !== "none") {
    writer.writeByte(integerOrElse(options, "readonly", 0));
  }
  return framed(writer.toBytes(), options);
}
