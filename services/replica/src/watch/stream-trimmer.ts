import { BusClosed, type OrderedStream, StreamUnavailable } from "@meerkat/bus";

/** So many new events, or so much time, and the stream may be beyond its bounds. */
const LOOK_EVERY_EVENTS = 20_000;
const LOOK_EVERY_MS = 300_000;
/** A new leader looks soon: the one before it may never have come to it. */
const FIRST_LOOK_MS = 10_000;
/** What a stride is to take: meanwhile JetStream stores nothing, and others may wait for the NATS server. */
const STRIDE_MS = 20;
const STRIDE = { first: 500, min: 30, max: 20_000 };
/** So many of the shortest strides in a row that take longer are no accident. */
const SLOW_STRIDES = 20;
/** Of the NATS server's time, while it carries transactions: the stream may grow a little until they rest … */
const SHARE_MIN = 0.02;
/** … and when there are none, or JetStream would soon enforce the bounds, which costs it ten times as much. */
const SHARE_MAX = 0.75;

export interface TrimmerLog {
  warn(fields: object, message: string): void;
}

/** Keeps the stream within its bounds, a stride of the oldest events at a time, with pauses for everybody else. */
export class StreamTrimmer {
  readonly #log: TrimmerLog;
  readonly #isResting: () => boolean;
  #stride = STRIDE.first;
  #stream: OrderedStream | undefined;
  #timer: NodeJS.Timeout | undefined;
  #storedSinceLook = 0;
  #isAtWork = false;
  #slowStrides = 0;
  #hasFailed = false;

  /** `isResting`: there are no transactions at the moment. */
  constructor(log: TrimmerLog, isResting: () => boolean) {
    this.#log = log;
    this.#isResting = isResting;
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
    let pauseMs = LOOK_EVERY_MS;
    try {
      const beganMs = performance.now();
      const { hasMore, urgency } = await stream.trim(this.#stride);
      if (hasMore) pauseMs = this.#pauseAfter(performance.now() - beganMs, urgency);
      this.#hasFailed = false;
    } catch (error) {
      // That the stream cannot be reached the publisher says itself.
      if (!(error instanceof StreamUnavailable) && !(error instanceof BusClosed)) throw error;
      this.#onFailed(error);
    }
    this.#isAtWork = false;
    if (this.#stream !== undefined) this.#plan(pauseMs);
  }

  #pauseAfter(tookMs: number, urgency: number): number {
    this.#noteSlow(tookMs);
    const factor = Math.min(Math.max(STRIDE_MS / tookMs, 0.5), 2);
    this.#stride = Math.round(Math.min(Math.max(this.#stride * factor, STRIDE.min), STRIDE.max));
    const share = this.#isResting() ? SHARE_MAX : SHARE_MIN + urgency * (SHARE_MAX - SHARE_MIN);
    return tookMs * (1 / share - 1);
  }

  #noteSlow(tookMs: number): void {
    const isSlow = this.#stride === STRIDE.min && tookMs > STRIDE_MS;
    this.#slowStrides = isSlow ? this.#slowStrides + 1 : 0;
    if (this.#slowStrides !== SLOW_STRIDES) return;
    this.#log.warn(
      { strideEvents: STRIDE.min, tookMs },
      `The NATS server takes ${tookMs.toFixed()} ms to drop the ${STRIDE.min} oldest watch events, and serves ` +
        "others less meanwhile. If it is older than 2.9.16, upgrade it: it searches for each event's successor on " +
        "the same path. Otherwise it is overloaded, or its disk is.",
    );
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
