import type { JuteWriter } from "@meerkat/jute";
import { encodeRequest, type Request } from "@meerkat/tree";
import { invariant } from "@meerkat/zab";
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
  #requests: Uint8Array = EMPTY;
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
    return this.#requests;
  }

  /** @throws whatever has no encoding; the batch is then as it was before. */
  add(write: PendingWrite, number: number): void {
    write.start = this.#writer.length;
    try {
      this.#encode(number, write.write);
    } catch (error) {
      this.#writer.truncate(write.start);
      throw error;
    }
    write.end = this.#writer.length;
    write.batch = this;
  }

  /** Undoes the last `add`. */
  takeBack(write: PendingWrite): void {
    invariant(write.end === this.#writer.length, "only the last request can be taken back");
    this.#writer.truncate(write.start);
    this.#count -= 1;
    write.batch = undefined;
    write.end = write.start;
  }

  /** A request that was sent before, byte for byte. */
  addAgain(write: PendingWrite): void {
    invariant(write.batch !== undefined, "only what was encoded can be sent again");
    this.#writer.writeRaw(write.batch.requests.subarray(write.start, write.end));
    this.#count += 1;
  }

  /** Holds the place of a request that nobody waits for any more. */
  addNoop(number: number): void {
    this.#encode(number, NOOP);
  }

  finish(): void {
    this.#requests = this.#writer.toBytes();
  }

  #encode(number: number, request: Omit<Request, "origin">): void {
    invariant(number === this.first + this.#count, "numbers have no holes");
    encodeRequest(this.#writer, request);
    this.#count += 1;
  }
}
