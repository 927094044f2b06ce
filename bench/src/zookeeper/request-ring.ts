/** One request as it goes out, and how long the reply to it is. */
export interface PreparedRequest {
  readonly frame: Buffer;
  /** Of the payload, without the length in front. A refusal is shorter, so the length tells. */
  readonly replyBytes: number;
  /** By how much it raises the versions of all znodes together. */
  readonly writes: number;
}

/**
 * Requests encoded once and sent over and over, by all connections from the same memory. Slot n
 * has xid n + 1; a server echoes an xid whatever it is, and the ring is longer than any window, so
 * no two requests in flight have the same one. Sending is then a slice, without a byte written.
 */
export class RequestRing {
  readonly slots: number;
  /** Expected payload length of the reply to each slot. */
  readonly replyBytes: Int32Array;
  readonly #writes: readonly number[];
  readonly #frames: Buffer;
  /** Where each slot begins; `windowMax` slots are there twice, so that no slice wraps. */
  readonly #offsets: Int32Array;

  constructor(slots: number, windowMax: number, prepare: (xid: number) => PreparedRequest) {
    if (slots < 2 * windowMax) throw new RangeError(`${slots} slots for a window of ${windowMax}`);
    const requests = Array.from({ length: slots }, (_, slot) => prepare(slot + 1));
    const frames = requests.map(({ frame }) => frame);
    frames.push(...frames.slice(0, windowMax));
    this.slots = slots;
    this.replyBytes = Int32Array.from(requests, ({ replyBytes }) => replyBytes);
    this.#writes = requests.map(({ writes }) => writes);
    this.#frames = Buffer.concat(frames);
    this.#offsets = new Int32Array(frames.length + 1);
    for (const [slot, { length }] of frames.entries()) {
      this.#offsets[slot + 1] = (this.#offsets[slot] ?? 0) + length;
    }
  }

  /** What `count` requests from `slot` on add to the versions of all znodes together; any count. */
  writesIn(slot: number, count: number): number {
    let writes = 0;
    for (let turn = 0; turn < this.slots; turn += 1) {
      const times = Math.floor((count - turn - 1) / this.slots) + 1;
      writes += times * (this.#writes[(slot + turn) % this.slots] ?? 0);
    }
    return writes;
  }

  /** `count` requests from `slot` on; at most `windowMax`. */
  slice(slot: number, count: number): Buffer {
    return this.#frames.subarray(this.#offsets[slot], this.#offsets[slot + count]);
  }
}
