import { JuteWriter } from "@meerkat/jute";
import { encodeRequestHead, type Id, type SessionId } from "@meerkat/tree";

const BYTES_USUAL = 64;

/** How every request of a session begins: encoded once, until its client proves who it is once more. */
export class RequestHead {
  readonly #session: SessionId;
  #credentials: readonly Id[];
  #bytes: Uint8Array;

  constructor(session: SessionId, credentials: readonly Id[]) {
    this.#session = session;
    this.#credentials = credentials;
    this.#bytes = encoded(session, credentials);
  }

  write(writer: JuteWriter, credentials: readonly Id[]): void {
    if (credentials !== this.#credentials) {
      this.#credentials = credentials;
      this.#bytes = encoded(this.#session, credentials);
    }
    writer.writeRaw(this.#bytes);
  }
}

function encoded(session: SessionId, credentials: readonly Id[]): Uint8Array {
  const writer = new JuteWriter(BYTES_USUAL);
  encodeRequestHead(writer, { session, credentials });
  return writer.toBytes();
}
