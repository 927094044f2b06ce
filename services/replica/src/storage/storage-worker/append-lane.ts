import type { Proposal, Zxid } from "@meerkat/zab";
import type { AppendInput } from "./input.ts";
import type { WriteTiming } from "./output.ts";

/** Some batches in flight find room in it. Those that do not are posted. */
const RING_BYTES = 1024 * 1024;
const WORD_BYTES = Float64Array.BYTES_PER_ELEMENT;
const RING_WORDS = RING_BYTES / WORD_BYTES;
const TIMING_WORDS = 4;
const HEADER_WORDS = 3 + TIMING_WORDS;
const ROW_HEADER_WORDS = 4;
/** Where a record's timing begins. */
const TIMING_AT = 3;
/** Stands in the place of an id where the rest of the ring was too short for the next record. */
const GO_ON_AT_START = 0;

/**
 * The memory of both threads in which nearly all writes lie, those that only append transactions: one
 * copy of the payload, no object and no allocation on the way. A ring of records, in words of 8 bytes:
 *
 *   id  committed  count  timing  { previous  first  last  byteLength  payload … } × count
 *
 * The timing is the storage thread's answer: it is written when the record was carried out, so that the
 * message of it is a bare number.
 */
class LaneMemory {
  /** How many records were ever written, modulo 2^32. */
  readonly published: Int32Array<SharedArrayBuffer>;
  readonly words: Float64Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Float64Array(memory, 0, RING_WORDS);
    this.bytes = new Uint8Array(memory, 0, RING_BYTES);
    this.published = new Int32Array(memory, RING_BYTES, 1);
  }
}

export function newLaneMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(RING_BYTES + Int32Array.BYTES_PER_ELEMENT);
}

/** Where a record lies, and what room it takes together with what was left out before it. */
export interface LaneRecord {
  readonly at: number;
  readonly wordsUsed: number;
}

/** The replica's end. */
export class LaneWriter {
  readonly #memory: LaneMemory;
  #at = 0;
  #wordsUsed = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = new LaneMemory(memory);
  }

  /** Returns what is to be released when the record was carried out; undefined when there is no room for it. */
  append(id: number, rows: readonly Proposal[], committed: Zxid): LaneRecord | undefined {
    const needed = wordsOf(rows);
    const left = RING_WORDS - this.#at;
    const skipped = needed <= left ? 0 : left;
    const wordsUsed = skipped + needed;
    if (this.#wordsUsed + wordsUsed > RING_WORDS) return undefined;
    if (skipped > 0) {
      this.#memory.words[this.#at] = GO_ON_AT_START;
      this.#at = 0;
    }
    const at = this.#at;
    this.#write(id, rows, committed);
    this.#wordsUsed += wordsUsed;
    Atomics.add(this.#memory.published, 0, 1);
    return { at, wordsUsed };
  }

  /** Of a record that was answered and is not released. */
  timingOf({ at }: LaneRecord): WriteTiming {
    const { words } = this.#memory;
    return {
      beganMs: words[at + TIMING_AT] as number,
      commitsFromMs: words[at + TIMING_AT + 1] as number,
      endedMs: words[at + TIMING_AT + 2] as number,
      writes: words[at + TIMING_AT + 3] as number,
    };
  }

  /** In the order in which they were written. */
  release({ wordsUsed }: LaneRecord): void {
    this.#wordsUsed -= wordsUsed;
  }

  #write(id: number, rows: readonly Proposal[], committed: Zxid): void {
    const { words, bytes } = this.#memory;
    let at = this.#at;
    words[at++] = id;
    words[at++] = committed;
    words[at++] = rows.length;
    at += TIMING_WORDS;
    for (const { previous, first, last, payload } of rows) {
      words[at++] = previous;
      words[at++] = first;
      words[at++] = last;
      words[at++] = payload.byteLength;
      bytes.set(payload, at * WORD_BYTES);
      at += payloadWordsOf(payload.byteLength);
    }
    this.#at = at === RING_WORDS ? 0 : at;
  }
}

/** The storage thread's end. */
export class LaneReader {
  readonly #memory: LaneMemory;
  #at = 0;
  #taken = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = new LaneMemory(memory);
  }

  /** To be called before the replica is told. */
  answer({ at }: AppendInput, timing: WriteTiming): void {
    const { words } = this.#memory;
    words[at + TIMING_AT] = timing.beganMs;
    words[at + TIMING_AT + 1] = timing.commitsFromMs;
    words[at + TIMING_AT + 2] = timing.endedMs;
    words[at + TIMING_AT + 3] = timing.writes;
  }

  /** All that is there. The payloads lie in the ring until the writer hears that they were carried out. */
  take(): AppendInput[] {
    const published = Atomics.load(this.#memory.published, 0);
    const inputs: AppendInput[] = [];
    while (this.#taken !== published) {
      inputs.push(this.#next());
      this.#taken = (this.#taken + 1) | 0;
    }
    return inputs;
  }

  #next(): AppendInput {
    if (this.#memory.words[this.#at] === GO_ON_AT_START) this.#at = 0;
    const at = this.#at;
    const id = this.#number();
    const committed = this.#number() as Zxid;
    const count = this.#number();
    this.#at += TIMING_WORDS;
    const append: Proposal[] = [];
    while (append.length < count) append.push(this.#row());
    if (this.#at === RING_WORDS) this.#at = 0;
    return { type: "append", id, at, append, committed };
  }

  #row(): Proposal {
    const previous = this.#number() as Zxid;
    const first = this.#number() as Zxid;
    const last = this.#number() as Zxid;
    const byteLength = this.#number();
    const from = this.#at * WORD_BYTES;
    const payload = this.#memory.bytes.subarray(from, from + byteLength);
    this.#at += payloadWordsOf(byteLength);
    return { previous, first, last, kind: "txns", payload };
  }

  #number(): number {
    return this.#memory.words[this.#at++] as number;
  }
}

function wordsOf(rows: readonly Proposal[]): number {
  let words = HEADER_WORDS;
  for (const { payload } of rows) words += ROW_HEADER_WORDS + payloadWordsOf(payload.byteLength);
  return words;
}

function payloadWordsOf(byteLength: number): number {
  return Math.ceil(byteLength / WORD_BYTES);
}
