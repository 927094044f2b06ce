import {
  type OrderedStream,
  type StreamEnd,
  type StreamMessage,
  StreamUnavailable,
} from "@meerkat/bus";
import type { EventId } from "@meerkat/watch-events";

/** Calls under way at once; the next one waits for the oldest. */
const IN_FLIGHT_MAX = 8;

interface InFlight {
  readonly through: EventId;
  readonly count: number;
  readonly done: Promise<void>;
}

/** How far the stream has come for certain. */
export interface Stored {
  readonly through: EventId;
  readonly sequence: number;
}

/**
 * Puts messages behind the end of a stream, several calls under way at once. After a failure nothing more
 * is written: how much of what was under way got in, only a look at the stream's end can tell.
 */
export class StreamWriter {
  readonly #stream: OrderedStream;
  readonly #onStored: (count: number) => void;
  readonly #inFlight: InFlight[] = [];
  #sequence: number;
  #stored: Stored;
  #failure: StreamUnavailable | undefined;
  #isProven = false;

  /** `end` is the stream's, and `after` what its last message stands for. */
  constructor(
    stream: OrderedStream,
    at: { readonly end: StreamEnd; readonly after: EventId },
    onStored: (count: number) => void,
  ) {
    this.#stream = stream;
    this.#sequence = at.end.sequence;
    this.#stored = { through: at.after, sequence: at.end.sequence };
    this.#onStored = onStored;
  }

  /** The stream has taken something from this writer. */
  get isProven(): boolean {
    return this.#isProven;
  }

  get stored(): Stored {
    return this.#stored;
  }

  /** Resolves when there is room for more. @throws StreamUnavailable when something was not stored */
  room(): Promise<void> {
    return this.#leaveInFlight(IN_FLIGHT_MAX - 1);
  }

  /** With the messages everything up to and with `through` is told. */
  append(messages: readonly StreamMessage[], through: EventId): void {
    const after = this.#sequence;
    this.#sequence += messages.length;
    const sequence = this.#sequence;
    const done = messages.length === 0 ? Promise.resolve() : this.#stream.append(messages, after);
    const entry = { through, count: messages.length, done };
    this.#inFlight.push(entry);
    done.then(
      () => this.#onDone(entry, sequence),
      (error: unknown) => this.#onFailed(error),
    );
  }

  /** Resolves when everything is stored. @throws StreamUnavailable */
  settled(): Promise<void> {
    return this.#leaveInFlight(0);
  }

  async #leaveInFlight(max: number): Promise<void> {
    while (this.#inFlight.length > max) await this.#inFlight[0]?.done;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #onDone(entry: InFlight, sequence: number): void {
    if (this.#failure !== undefined) return;
    this.#inFlight.splice(0, this.#inFlight.indexOf(entry) + 1);
    this.#stored = { through: entry.through, sequence };
    this.#isProven ||= entry.count > 0;
    this.#onStored(entry.count);
  }

  #onFailed(error: unknown): void {
    if (!(error instanceof StreamUnavailable)) throw error;
    this.#failure ??= error;
    this.#inFlight.length = 0;
  }
}
