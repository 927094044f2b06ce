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
const PUBLISHED = 0;
const WRITTEN = 1;
const AWAITED = 2;
const STATE_NUMBERS = 3;
/** Stands in the place of an id where the rest of the ring was too short for the next record. */
const GO_ON_AT_START = 0;

/**
 * The memory of both threads in which nearly all writes lie, those that only append transactions: one
 * copy of the payload, no object and no allocation on the way. A ring of records, in words of 8 bytes:
 *
 *   id  committed  count  timing  { previous  first  last  byteLength  payload … } × count
 *
 * The timing is the storage thread's answer. Behind the ring are three numbers: PUBLISHED and WRITTEN
 * count the records, modulo 2^32, that were put in and that are on disk; AWAITED is 1 while the replica
 * has to be told of the next one that is.
 */
class LaneMemory {
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly words: Float64Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Float64Array(memory, 0, RING_WORDS);
    this.bytes = new Uint8Array(memory, 0, RING_BYTES);
    this.state = new Int32Array(memory, RING_BYTES, STATE_NUMBERS);
  }
}

export function newLaneMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(RING_BYTES + STATE_NUMBERS * Int32Array.BYTES_PER_ELEMENT);
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
  /** Of the records that are on disk, so many were taken note of, modulo 2^32. */
  #seen = 0;

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
    Atomics.add(this.#memory.state, PUBLISHED, 1);
    return { at, wordsUsed };
  }

  /** Whether the oldest record that is not released is on disk; it is to be released then. */
  takeWritten(): boolean {
    if (Atomics.load(this.#memory.state, WRITTEN) === this.#seen) return false;
    this.#seen = (this.#seen + 1) | 0;
    return true;
  }

  /** Asks to be told when a record more is on disk. To be followed by a look, in case it is already. */
  askToBeTold(): void {
    Atomics.store(this.#memory.state, AWAITED, 1);
  }

  /** Of a record that is on disk and not released. */
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

  /** To be called for each record that is carried out, before `written`. */
  answer({ at }: AppendInput, timing: WriteTiming): void {
    const { words } = this.#memory;
    words[at + TIMING_AT] = timing.beganMs;
    words[at + TIMING_AT + 1] = timing.commitsFromMs;
    words[at + TIMING_AT + 2] = timing.endedMs;
    words[at + TIMING_AT + 3] = timing.writes;
  }

  /** So many records more are on disk. Returns whether the replica has asked to be told. */
  written(count: number): boolean {
    const { state } = this.#memory;
    Atomics.add(state, WRITTEN, count);
    return Atomics.exchange(state, AWAITED, 0) === 1;
  }

  /** All that is there. The payloads lie in the ring until the writer hears that they were carried out. */
  take(): AppendInput[] {
    const published = Atomics.load(this.#memory.state, PUBLISHED);
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
