import type { JuteWriter } from "@meerkat/jute";
import { encodeRequest } from "@meerkat/tree";
import { invariant } from "@meerkat/zab";
import { RequestTooLarge } from "../coordination.ts";
import type { PendingWrite } from "./pending-write.ts";

const EMPTY = new Uint8Array(0);
const NOOP = { session: 0, credentials: [], operation: { type: "noop" } } as const;

/**
 * Encoded requests with consecutive numbers, for one message. Its bytes are kept until the last of
 * its requests is answered; each request knows its place in them.
 */
export class RequestBatch {
  readonly first: number;
  /** Its first request came into it. */
  readonly openedAtMs: number;
  /** It left; undefined before. */
  sentAtMs: number | undefined = undefined;
  #count = 0;
  #requests: Uint8Array | undefined = undefined;
  readonly #writer: JuteWriter;

  /** The writer is this batch's alone until `finish`. */
  constructor(first: number, writer: JuteWriter, openedAtMs: number) {
    this.first = first;
    this.openedAtMs = openedAtMs;
    this.#writer = writer;
    writer.reset();
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes encoded so far; after `finish` only `requests` counts. */
  get bytes(): number {
    return this.#writer.length;
  }

  /** What was encoded, once the batch is finished. */
  get requests(): Uint8Array {
    return this.#requests ?? EMPTY;
  }

  /** A request of this batch: valid until the next one is added. */
  requestOf({ start, end }: PendingWrite): Uint8Array {
    return (this.#requests ?? this.#writer.view()).subarray(start, end);
  }

  /**
   * The batch is as it was before when it throws.
   * @throws RequestTooLarge and whatever has no encoding
   */
  add(write: PendingWrite, number: number, bytesMax: number): void {
    const start = this.#writer.length;
    try {
      write.encodeInto(this.#writer);
      const bytes = this.#writer.length - start;
      if (bytes > bytesMax) throw new RequestTooLarge(bytes, bytesMax);
    } catch (error) {
      this.#writer.truncate(start);
      throw error;
    }
    this.#take(number);
    write.place(this, start, this.#writer.length);
  }

  /** A request that was sent before, byte for byte. */
  addAgain(write: PendingWrite): void {
    invariant(write.batch !== undefined, "only what was encoded can be sent again");
    this.#writer.writeRaw(write.batch.requests.subarray(write.start, write.end));
    this.#count += 1;
  }

  /** Holds the place of a request that nobody waits for any more. */
  addNoop(number: number): void {
    encodeRequest(this.#writer, NOOP);
    this.#take(number);
  }

  finish(): void {
    this.#requests = this.#writer.toBytes();
  }

  #take(number: number): void {
    invariant(number === this.first + this.#count, "numbers have no holes");
    this.#count += 1;
  }
}
