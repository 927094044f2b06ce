import { MarshallingError } from "./marshalling-error.ts";
import type { JuteReader } from "./reader.ts";

const TWO_32 = 2 ** 32;
const CAPACITY_BYTES_DEFAULT = 4096;
/** `reset` gives back what one large message made it grow to. */
const CAPACITY_KEPT_BYTES_MAX = 4 * 1024 * 1024;
/** A UTF-16 code unit takes at most three bytes of UTF-8. */
const UTF8_BYTES_PER_UNIT_MAX = 3;
/** Up to here a loop is faster than the way into Buffer's encoder. */
const LOOP_LENGTH_MAX = 24;
const ASCII_MAX = 0x7f;

/**
 * Writes jute, big-endian, into a buffer that grows by doubling and is used again for the next
 * message (`reset`). Text that is not short goes through Buffer's encoders, which beat
 * TextEncoder at every length.
 */
export class JuteWriter {
  #bytes: Buffer;
  #view: DataView;
  #position = 0;

  constructor(capacityBytes: number = CAPACITY_BYTES_DEFAULT) {
    this.#bytes = Buffer.allocUnsafeSlow(capacityBytes);
    this.#view = viewOf(this.#bytes);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#position;
  }

  /** What it holds before it has to grow. */
  get capacity(): number {
    return this.#bytes.length;
  }

  reset(): void {
    this.#position = 0;
    if (this.#bytes.length > CAPACITY_KEPT_BYTES_MAX) this.#replace(CAPACITY_BYTES_DEFAULT);
  }

  writeByte(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  writeBoolean(value: boolean): void {
    this.writeByte(value ? 1 : 0);
  }

  writeInt(value: number): void {
    const at = this.#reserve(4);
    this.#view.setInt32(at, value);
  }

  /** @throws MarshallingError for a number that is not a whole one below 2^53. */
  writeLong(value: number): void {
    if (!Number.isSafeInteger(value)) throw new MarshallingError(`${value} is not an exact long`);
    const at = this.#reserve(8);
    this.#view.setInt32(at, Math.floor(value / TWO_32));
    this.#view.setInt32(at + 4, value | 0);
  }

  writeUstring(text: string | null): void {
    if (text === null) {
      this.writeInt(-1);
      return;
    }
    const at = this.#reserve(4 + text.length * UTF8_BYTES_PER_UNIT_MAX);
    const isShort = text.length <= LOOP_LENGTH_MAX && this.#writeAscii(text, at + 4);
    const length = isShort ? text.length : this.#bytes.write(text, at + 4, "utf8");
    this.#view.setInt32(at, length);
    this.#position = at + 4 + length;
  }

  /** A buffer from one character per byte. Characters above U+00FF lose their upper byte. */
  writeLatin1(bytes: string | null): void {
    if (bytes === null) {
      this.writeInt(-1);
      return;
    }
    const at = this.#reserve(4 + bytes.length);
    this.#view.setInt32(at, bytes.length);
    this.#bytes.write(bytes, at + 4, "latin1");
  }

  writeBuffer(bytes: Uint8Array | null): void {
    if (bytes === null) {
      this.writeInt(-1);
      return;
    }
    const at = this.#reserve(4 + bytes.length);
    this.#view.setInt32(at, bytes.length);
    this.#bytes.set(bytes, at + 4);
  }

  /** Bytes without a length before them. */
  writeRaw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** What `reader` has read since its position `start`, byte for byte. */
  writeRead(reader: JuteReader, start: number): void {
    const at = this.#reserve(reader.position - start);
    reader.copyRead(start, this.#bytes, at);
  }

  /** Writes over an int at an earlier position: a length or count that was not known then. */
  patchInt(position: number, value: number): void {
    if (position + 4 > this.#position) throw new MarshallingError(`nothing written at ${position}`);
    this.#view.setInt32(position, value);
  }

  /** Takes back everything after the first `length` bytes. */
  truncate(length: number): void {
    if (length > this.#position) throw new MarshallingError(`only ${this.#position} bytes written`);
    this.#position = length;
  }

  /** A copy of what was written, which is the caller's own. */
  toBytes(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#position);
  }

  /** What was written, without a copy: valid until the next write or reset. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#position);
  }

  /** A copy as one character per byte. */
  toLatin1(): string {
    return this.#bytes.toString("latin1", 0, this.#position);
  }

  /** False when the text is not ASCII; what was written then is to be written over. */
  #writeAscii(text: string, at: number): boolean {
    const bytes = this.#bytes;
    let bits = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      bits |= code;
      bytes[at + i] = code;
    }
    return bits <= ASCII_MAX;
  }

  /** May replace the buffer: call it before the buffer is named. */
  #reserve(count: number): number {
    const at = this.#position;
    const end = at + count;
    if (end > this.#bytes.length) this.#replace(Math.max(end, this.#bytes.length * 2));
    this.#position = end;
    return at;
  }

  #replace(capacityBytes: number): void {
    const bytes = Buffer.allocUnsafeSlow(capacityBytes);
    this.#bytes.copy(bytes, 0, 0, this.#position);
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
