const SETS = 1 << 13;
const WORD_BYTES = 4;
/** Of a place: how many bytes its text has, then the bytes themselves. */
const PLACE_WORDS = 32;
const BYTES_MAX = (PLACE_WORDS - 1) * WORD_BYTES;

/**
 * Short texts that were read before. The paths of a working set come again and again, and a text
 * that is found here costs no new string: nothing to allocate, and the hash that a map wants is
 * already in it.
 *
 * It is a cache of two places for each hash: what comes takes the first, and what was there the second. The bytes of
 * each text are kept beside it, because words of a typed array compare in a third of the time that a
 * string's characters take.
 */
export class KnownTexts {
  readonly #texts: string[] = new Array(SETS * 2).fill("");
  readonly #words = new Int32Array(SETS * 2 * PLACE_WORDS);

  /** The text of these bytes of UTF-8; `view` is of the same bytes. */
  read(bytes: Buffer, view: DataView, start: number, end: number): string {
    const length = end - start;
    if (length < WORD_BYTES || length > BYTES_MAX) return bytes.toString("utf8", start, end);
    const first = hashOf(view, start, end) * 2;
    if (this.#has(first, view, start, end)) return this.#texts[first] as string;
    if (this.#has(first + 1, view, start, end)) return this.#texts[first + 1] as string;
    const text = bytes.toString("utf8", start, end);
    this.#keep(text, first, view, start, end);
    return text;
  }

  #has(place: number, view: DataView, start: number, end: number): boolean {
    const words = this.#words;
    let word = place * PLACE_WORDS;
    if (words[word] !== end - start) return false;
    const last = end - WORD_BYTES;
    for (let at = start; at < last; at += WORD_BYTES) {
      word += 1;
      if (words[word] !== view.getInt32(at)) return false;
    }
    return words[word + 1] === view.getInt32(last);
  }

  #keep(text: string, first: number, view: DataView, start: number, end: number): void {
    const words = this.#words;
    let word = first * PLACE_WORDS;
    this.#texts[first + 1] = this.#texts[first] as string;
    words.copyWithin(word + PLACE_WORDS, word, word + PLACE_WORDS);
    this.#texts[first] = text;
    words[word] = end - start;
    const last = end - WORD_BYTES;
    for (let at = start; at < last; at += WORD_BYTES) {
      word += 1;
      words[word] = view.getInt32(at);
    }
    words[word + 1] = view.getInt32(last);
  }
}

/** The last word may overlap the one before it, so that no byte is left over. */
function hashOf(view: DataView, start: number, end: number): number {
  const last = end - WORD_BYTES;
  let hash = end - start;
  for (let at = start; at < last; at += WORD_BYTES) {
    hash = Math.imul(hash ^ view.getInt32(at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ view.getInt32(last), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) & (SETS - 1);
}
