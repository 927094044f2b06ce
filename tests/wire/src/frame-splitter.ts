const LENGTH_BYTES = 4;

/** Cuts a stream into payloads. What is not a whole frame yet waits. */
export class FrameSplitter {
  #bytes: Buffer = Buffer.alloc(0);

  get waiting(): number {
    return this.#bytes.length;
  }

  /** The next length, once it is there. */
  get announced(): number | undefined {
    return this.#bytes.length < LENGTH_BYTES ? undefined : this.#bytes.readInt32BE(0);
  }

  push(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  /** The next whole payload. A length that is none stays in `announced`. */
  next(): Uint8Array | undefined {
    const length = this.announced;
    if (length === undefined || length < 0) return undefined;
    const end = LENGTH_BYTES + length;
    if (this.#bytes.length < end) return undefined;
    const payload = this.#bytes.subarray(LENGTH_BYTES, end);
    this.#bytes = this.#bytes.subarray(end);
    return payload;
  }

  takeAll(): Uint8Array {
    const bytes = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    return bytes;
  }
}
