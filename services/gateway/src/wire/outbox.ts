import type { Socket } from "node:net";
import { JuteWriter } from "@meerkat/jute";

const WRITERS_KEPT_MAX = 64;
const WRITER_BYTES = 4 * 1024;
/** A writer that has grown beyond this is not kept for the next connection. */
const WRITER_BYTES_KEPT_MAX = 256 * 1024;

/**
 * Sends what all connections have to say, once per turn of the event loop: everything that one
 * connection is told in a turn leaves in one write. That is also what makes it safe to write down
 * answers while a batch of txns is still being applied: the turn ends after the batch.
 */
export class Outboxes {
  readonly #writers: JuteWriter[] = [];
  #full: Outbox[] = [];

  enlist(outbox: Outbox): void {
    if (this.#full.length === 0) queueMicrotask(this.#flush);
    this.#full.push(outbox);
  }

  borrowWriter(): JuteWriter {
    return this.#writers.pop() ?? new JuteWriter(WRITER_BYTES);
  }

  returnWriter(writer: JuteWriter): void {
    const isSmall = writer.capacity <= WRITER_BYTES_KEPT_MAX;
    if (!isSmall || this.#writers.length >= WRITERS_KEPT_MAX) return;
    writer.reset();
    this.#writers.push(writer);
  }

  readonly #flush = (): void => {
    const full = this.#full;
    this.#full = [];
    for (const outbox of full) outbox.flush();
  };
}

/** What one connection is to be sent. */
export class Outbox {
  readonly #socket: Socket;
  readonly #shared: Outboxes;
  readonly #onSent: (bytes: number) => void;
  #writer: JuteWriter | undefined = undefined;

  constructor(socket: Socket, shared: Outboxes, onSent: (bytes: number) => void) {
    this.#socket = socket;
    this.#shared = shared;
    this.#onSent = onSent;
  }

  /** Where to append; it leaves at the end of this turn. */
  get writer(): JuteWriter {
    if (this.#writer === undefined) {
      this.#writer = this.#shared.borrowWriter();
      this.#shared.enlist(this);
    }
    return this.#writer;
  }

  /** Written here, or by the socket kept for a client that is slow to take it. */
  get unsentBytes(): number {
    return (this.#writer?.length ?? 0) + this.#socket.writableLength;
  }

  /**
   * The client has more than `bytesMax` before it, and a `drain` of the socket will tell when it has
   * taken it: below its own mark a socket does not tell.
   */
  isSwamped(bytesMax: number): boolean {
    if (this.unsentBytes <= bytesMax) return false;
    return this.#writer !== undefined || this.#socket.writableNeedDrain;
  }

  /** Sends what is there. Not to be called while a batch of txns is applied. */
  flush(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    this.#writer = undefined;
    if (writer.length > 0 && this.#socket.writable) {
      const bytes = writer.toBytes();
      this.#socket.write(bytes);
      this.#onSent(bytes.length);
    }
    this.#shared.returnWriter(writer);
  }

  /** What was not flushed is never sent. */
  discard(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    this.#writer = undefined;
    this.#shared.returnWriter(writer);
  }
}
