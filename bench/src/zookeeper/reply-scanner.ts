import { REPLY_START_BYTES } from "./protocol.ts";
import type { RequestRing } from "./request-ring.ts";

/** A reply that is not the expected one. It ends the run: figures of a wrong run say nothing. */
export class ReplyError extends Error {
  override readonly name = "ReplyError";
}

/**
 * Checks replies as the bytes come, without an object or a copy per reply: xid in order, no error,
 * the length that the request's success has. Only a reply's first 20 bytes are ever looked at, so a
 * reply cut by the end of a read needs no more memory than those.
 */
export class ReplyScanner {
  readonly #ring: RequestRing;
  readonly #start = Buffer.alloc(REPLY_START_BYTES);
  readonly #startView = new DataView(this.#start.buffer, this.#start.byteOffset, REPLY_START_BYTES);
  /** Bytes of a reply's start that the last read ended with. */
  #startBytes = 0;
  /** Bytes of a checked reply that are still to come; -1 between two replies. */
  #skip = -1;
  #slot: number;

  constructor(ring: RequestRing, firstSlot: number) {
    this.#ring = ring;
    this.#slot = firstSlot;
  }

  /**
   * Number of replies that `view` ends, the first `length` bytes of it.
   * @throws ReplyError
   */
  push(view: DataView, length: number): number {
    let completed = 0;
    let at = 0;
    if (this.#startBytes > 0) at = this.#fillStart(view, length);
    if (this.#startBytes > 0) return 0;
    if (this.#skip >= 0) {
      if (this.#skip > length - at) {
        this.#skip -= length - at;
        return 0;
      }
      at += this.#skip;
      this.#skip = -1;
      completed = 1;
    }
    while (length - at >= REPLY_START_BYTES) {
      const end = at + this.#check(view, at);
      if (end > length) {
        this.#skip = end - length;
        return completed;
      }
      at = end;
      completed += 1;
    }
    for (; at < length; at += 1) {
      this.#start[this.#startBytes] = view.getUint8(at);
      this.#startBytes += 1;
    }
    return completed;
  }

  /** Completes a start that was cut; where in `view` the rest of its reply goes on. */
  #fillStart(view: DataView, length: number): number {
    let at = 0;
    while (this.#startBytes < REPLY_START_BYTES && at < length) {
      this.#start[this.#startBytes] = view.getUint8(at);
      this.#startBytes += 1;
      at += 1;
    }
    if (this.#startBytes < REPLY_START_BYTES) return at;
    this.#startBytes = 0;
    this.#skip = this.#check(this.#startView, 0) - REPLY_START_BYTES;
    return at;
  }

  /** Length in bytes of the reply that begins at `at`, when it is the next expected one. */
  #check(view: DataView, at: number): number {
    const slot = this.#slot;
    const bytes = view.getInt32(at);
    const xid = view.getInt32(at + 4);
    const err = view.getInt32(at + 16);
    if (xid !== slot + 1 || err !== 0 || bytes !== this.#ring.replyBytes[slot]) {
      throw new ReplyError(
        `expected xid ${slot + 1}, err 0, ${this.#ring.replyBytes[slot]} bytes; ` +
          `got xid ${xid}, err ${err}, ${bytes} bytes`,
      );
    }
    this.#slot = slot + 1 === this.#ring.slots ? 0 : slot + 1;
    return 4 + bytes;
  }
}
