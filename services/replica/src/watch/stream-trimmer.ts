import { BusClosed, type OrderedStream, StreamUnavailable } from "@meerkat/bus";

/** So many new events, or so much time, and the stream may be beyond its bounds. */
const LOOK_EVERY_EVENTS = 20_000;
const LOOK_EVERY_MS = 300_000;
/** A new leader looks soon: the one before it may never have come to it. */
const FIRST_LOOK_MS = 10_000;
/** Between two strides, for everybody else who needs the NATS server. */
const PAUSE_MS = 200;

export interface TrimmerLog {
  warn(fields: object, message: string): void;
}

/** Keeps the stream within its bounds, a stride of the oldest events at a time. */
export class StreamTrimmer {
  readonly #log: TrimmerLog;
  #stream: OrderedStream | undefined;
  #timer: NodeJS.Timeout | undefined;
  #storedSinceLook = 0;
  #isAtWork = false;
  #hasFailed = false;

  constructor(log: TrimmerLog) {
    this.#log = log;
  }

  /** The stream is open; once is enough for as long as this replica leads. */
  begin(stream: OrderedStream): void {
    if (this.#stream === stream) return;
    this.#stream = stream;
    this.#plan(FIRST_LOOK_MS);
  }

  end(): void {
    this.#stream = undefined;
    clearTimeout(this.#timer);
  }

  stored(count: number): void {
    this.#storedSinceLook += count;
    if (this.#storedSinceLook >= LOOK_EVERY_EVENTS) this.#plan(0);
  }

  #plan(delayMs: number): void {
    if (this.#isAtWork) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), delayMs);
  }

  async #look(): Promise<void> {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#isAtWork = true;
    this.#storedSinceLook = 0;
    let hasMore = false;
    try {
      hasMore = await stream.trim();
      this.#hasFailed = false;
    } catch (error) {
      // That the stream cannot be reached the publisher says itself.
      if (!(error instanceof StreamUnavailable) && !(error instanceof BusClosed)) throw error;
      this.#onFailed(error);
    }
    this.#isAtWork = false;
    if (this.#stream !== undefined) this.#plan(hasMore ? PAUSE_MS : LOOK_EVERY_MS);
  }

  #onFailed(error: Error): void {
    const isRefused = error instanceof StreamUnavailable && error.problem === "refused";
    if (!isRefused || this.#hasFailed) return;
    this.#hasFailed = true;
    this.#log.warn(
      {},
      `The oldest watch events cannot be dropped: ${error.message}. JetStream drops them itself a quarter later, ` +
        "which costs it much more.",
    );
  }
}
