/** What `next` found: a whole frame, the beginning of one, or a length that nobody may announce. */
export type FrameStatus = "frame" | "more" | "bad";

const LENGTH_BYTES = 4;
const EMPTY = Buffer.alloc(0);
const CARRY_BYTES_MIN = 512;

/**
 * Cuts what a socket brings into frames: a length of four bytes and so many bytes. Whole frames are
 * read where they lie in the socket's chunk; only one that is spread over chunks is copied. That
 * copy grows with what has arrived, so that announcing a large frame costs nobody memory.
 *
 * After `next` has said "frame", it is `buffer` from `start` to `end`, until the next call.
 */
export class FrameReader {
  readonly #frameBytesMax: number;
  #chunk: Buffer = EMPTY;
  #at = 0;
  /** The beginning of a frame whose end has not come; its first `#carried` bytes are filled. */
  #carry: Buffer = EMPTY;
  #carried = 0;
  buffer: Buffer = EMPTY;
  start = 0;
  end = 0;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** What has arrived and was not taken yet. */
  get bytesHeld(): number {
    return this.#carried + this.#chunk.length - this.#at;
  }

  push(chunk: Buffer): void {
    const rest = this.#chunk.length - this.#at;
    this.#chunk = rest === 0 ? chunk : Buffer.concat([this.#chunk.subarray(this.#at), chunk]);
    this.#at = 0;
  }

  /** The first four bytes of what comes next, once they are there: a length, or a four-letter word. */
  peekInt(): number | undefined {
    if (this.#carried === 0 && this.#chunk.length - this.#at >= LENGTH_BYTES) {
      return this.#chunk.readInt32BE(this.#at);
    }
    if (this.#carried < LENGTH_BYTES) this.#carryUpTo(LENGTH_BYTES - this.#carried);
    return this.#carried < LENGTH_BYTES ? undefined : this.#carry.readInt32BE(0);
  }

  next(): FrameStatus {
    // The last frame, which may be large, is not kept alive by a connection that falls silent.
    this.buffer = EMPTY;
    if (this.#carried > 0) return this.#nextCarried();
    const available = this.#chunk.length - this.#at;
    if (available < LENGTH_BYTES) return this.#carryRest();
    const length = this.#chunk.readInt32BE(this.#at);
    if (!this.#isAllowed(length)) return "bad";
    if (available < LENGTH_BYTES + length) return this.#carryRest();
    this.buffer = this.#chunk;
    this.start = this.#at + LENGTH_BYTES;
    this.end = this.start + length;
    this.#at = this.end;
    return "frame";
  }

  /** Of the frame at hand, to be kept beyond the next call. */
  copyFrame(): Buffer {
    return Buffer.from(this.buffer.subarray(this.start, this.end));
  }

  /** The frame that `next` gave was not handled: it comes again. */
  unread(): void {
    if (this.buffer === this.#chunk && this.end === this.#at) {
      this.#at = this.start - LENGTH_BYTES;
      return;
    }
    const rest = this.#chunk.subarray(this.#at);
    const frame = this.buffer.subarray(this.start - LENGTH_BYTES, this.end);
    this.#chunk = Buffer.concat([frame, rest]);
    this.#at = 0;
  }

  #isAllowed(length: number): boolean {
    return length >= 0 && length <= this.#frameBytesMax;
  }

  /** Nothing whole is left in the chunk: what is left begins a frame. */
  #carryRest(): FrameStatus {
    this.#carryUpTo(this.#chunk.length - this.#at);
    return "more";
  }

  #nextCarried(): FrameStatus {
    if (this.#carried < LENGTH_BYTES) this.#carryUpTo(LENGTH_BYTES - this.#carried);
    if (this.#carried < LENGTH_BYTES) return "more";
    const length = this.#carry.readInt32BE(0);
    if (!this.#isAllowed(length)) return "bad";
    const total = LENGTH_BYTES + length;
    this.#carryUpTo(total - this.#carried);
    if (this.#carried < total) return "more";
    this.buffer = this.#carry;
    this.start = LENGTH_BYTES;
    this.end = total;
    this.#carry = EMPTY;
    this.#carried = 0;
    return "frame";
  }

  #carryUpTo(wanted: number): void {
    const count = Math.min(wanted, this.#chunk.length - this.#at);
    const needed = this.#carried + count;
    if (count > 0 && needed > this.#carry.length) {
      const capacity = Math.max(needed, this.#carry.length * 2, CARRY_BYTES_MIN);
      const grown = Buffer.allocUnsafeSlow(capacity);
      this.#carry.copy(grown, 0, 0, this.#carried);
      this.#carry = grown;
    }
    this.#chunk.copy(this.#carry, this.#carried, this.#at, this.#at + count);
    this.#carried = needed;
    this.#at += count;
    if (this.#at === this.#chunk.length) {
      this.#chunk = EMPTY;
      this.#at = 0;
    }
  }
}
