import { KnownTexts } from "./known-texts.ts";
import { MarshallingError } from "./marshalling-error.ts";

const EMPTY = new Uint8Array(0);
const TWO_32 = 2 ** 32;
/** Of all readers: the same paths come by in requests, txns and replies. */
const knownTexts = new KnownTexts();

/**
 * Reads jute, big-endian, from bytes that it does not copy. Every length is checked against the
 * bytes that are there before anything is made of it, so that a hostile length costs nothing.
 * One reader can be used for any number of messages (`reset`).
 *
 * Strings go through Buffer's decoders: for 100 bytes they take about a third of TextDecoder's
 * time, and they give one-byte strings that own their memory.
 */
export class JuteReader {
  #source: Uint8Array = EMPTY;
  #bytes: Buffer = Buffer.from(EMPTY.buffer);
  #view: DataView = new DataView(EMPTY.buffer);
  #start = 0;
  #position = 0;
  #end = 0;

  constructor(bytes: Uint8Array = EMPTY) {
    this.reset(bytes);
  }

  reset(bytes: Uint8Array): void {
    this.#start = 0;
    this.#position = 0;
    this.#end = bytes.byteLength;
    if (bytes === this.#source) return;
    const { buffer, byteOffset, byteLength } = bytes;
    this.#source = bytes;
    this.#bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  /** Reads on within a part of the same bytes: a frame among others of one socket read. */
  within(start: number, end: number): void {
    if (start < 0 || start > end || end > this.#bytes.length) {
      throw new RangeError(`${start} to ${end} is not within ${this.#bytes.length} bytes`);
    }
    this.#start = start;
    this.#position = start;
    this.#end = end;
  }

  /** Goes back to where `reset` or `within` let it begin. */
  rewind(): void {
    this.#position = this.#start;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#end - this.#position;
  }

  readByte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** Any byte but zero is true. */
  readBoolean(): boolean {
    return this.readByte() !== 0;
  }

  readInt(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  /** @throws MarshallingError beyond ±(2^53 - 1), which a number does not hold exactly. */
  readLong(): number {
    const at = this.#advance(8);
    const value = this.#view.getInt32(at) * TWO_32 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) {
      throw new MarshallingError(`the long at byte ${at} is beyond 2^53`);
    }
    return value;
  }

  /** Any long; beyond ±(2^53 - 1) the nearest number. For what is only compared. */
  readNearestLong(): number {
    const at = this.#advance(8);
    return this.#view.getInt32(at) * TWO_32 + this.#view.getUint32(at + 4);
  }

  /** UTF-8; null when the count is -1. What is not UTF-8 becomes U+FFFD. */
  readUstring(): string | null {
    const length = this.#readLength();
    if (length < 0) return null;
    const start = this.#advance(length);
    return knownTexts.read(this.#bytes, this.#view, start, start + length);
  }

  /** A ustring that must be there. */
  readString(): string {
    const text = this.readUstring();
    if (text === null) throw new MarshallingError(`null before byte ${this.#position}`);
    return text;
  }

  /** A buffer as one character per byte; null and empty are different. */
  readLatin1(): string | null {
    const length = this.#readLength();
    if (length < 0) return null;
    const start = this.#advance(length);
    return this.#bytes.toString("latin1", start, start + length);
  }

  /**
   * Passes over a buffer that is this one, at one character per byte. False when the next field is
   * any other: nothing is read then.
   */
  skipLatin1(text: string): boolean {
    const at = this.#position;
    const end = at + 4 + text.length;
    if (end > this.#end || this.#view.getInt32(at) !== text.length) return false;
    const bytes = this.#bytes;
    for (let i = 0; i < text.length; i += 1) {
      if (bytes[at + 4 + i] !== text.charCodeAt(i)) return false;
    }
    this.#position = end;
    return true;
  }

  /** A buffer that must be there, as one character per byte. */
  readBytes(): string {
    const bytes = this.readLatin1();
    if (bytes === null) throw new MarshallingError(`null before byte ${this.#position}`);
    return bytes;
  }

  /** A buffer as a view of the bytes that are read: valid as long as they are. */
  readBuffer(): Uint8Array | null {
    const length = this.#readLength();
    if (length < 0) return null;
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** The next field is a ustring or a buffer that is null. */
  get isAtNull(): boolean {
    return this.remaining >= 4 && this.#view.getInt32(this.#position) === -1;
  }

  /** Passes over a ustring or a buffer. False when it is null. */
  skipField(): boolean {
    const length = this.#readLength();
    if (length < 0) return false;
    this.#advance(length);
    return true;
  }

  /** Copies what was read since `start` into `target`, which has room for it. */
  copyRead(start: number, target: Buffer, at: number): void {
    this.#bytes.copy(target, at, start, this.#position);
  }

  /**
   * The count of a vector, -1 for null. A count that the bytes left could not hold, at
   * `elementBytesMin` each, is refused here, before anybody allocates for it.
   */
  readVectorLength(elementBytesMin: number): number {
    const at = this.#position;
    const count = this.readInt();
    if (count < -1 || count * elementBytesMin > this.remaining) {
      throw new MarshallingError(`the vector at byte ${at} announces ${count} elements`);
    }
    return count;
  }

  #readLength(): number {
    const at = this.#position;
    const length = this.readInt();
    if (length < -1 || length > this.remaining) {
      throw new MarshallingError(
        `the field at byte ${at} announces ${length} bytes, ${this.remaining} are left`,
      );
    }
    return length;
  }

  #advance(count: number): number {
    const at = this.#position;
    if (at + count > this.#end) {
      throw new MarshallingError(
        `${count} bytes expected at byte ${at}, ${this.remaining} are left`,
      );
    }
    this.#position = at + count;
    return at;
  }
}
