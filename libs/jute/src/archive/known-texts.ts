const SLOTS = 1 << 14;
const BYTES_MAX = 128;
const HASHED_BYTES_MAX = 24;
const ASCII_MAX = 0x7f;
const FNV_PRIME = 0x01000193;
const FNV_BASIS = 0x811c9dc5;

/**
 * Short texts that were read before. The paths of a working set come again and again, and a text
 * that is found here costs no new string: nothing to allocate, and the hash that a map wants is
 * already in it. It is a cache without chains: what falls into a slot takes the place of what was there.
 */
export class KnownTexts {
  readonly #slots: (string | undefined)[] = new Array(SLOTS).fill(undefined);

  /** The text of these bytes of UTF-8. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > BYTES_MAX || length === 0) return bytes.toString("utf8", start, end);
    const slot = slotOf(bytes, start, end);
    const known = this.#slots[slot];
    if (known !== undefined && known.length === length && isSame(known, bytes, start)) return known;
    const text = bytes.toString("utf8", start, end);
    // Only ASCII has as many characters as bytes, and is compared byte by byte.
    if (text.length === length) this.#slots[slot] = text;
    return text;
  }
}

/** What tells paths apart stands mostly at their ends. */
function slotOf(bytes: Buffer, start: number, end: number): number {
  let hash = FNV_BASIS ^ (end - start);
  for (let at = Math.max(start, end - HASHED_BYTES_MAX); at < end; at += 1) {
    hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function isSame(text: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const byte = bytes[start + index] as number;
    if (byte !== text.charCodeAt(index) || byte > ASCII_MAX) return false;
  }
  return true;
}
