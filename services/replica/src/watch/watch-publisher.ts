import { BusClosed, type OrderedStream, type StreamMessage, StreamUnavailable } from "@meerkat/bus";
import type { Logger } from "@meerkat/telemetry";
import { END_OF_TXN, type EventId, type Gap } from "@meerkat/watch-events";
import { counterOf, epochOf, formatZxid, type Zxid } from "@meerkat/zab";
import { Announcer } from "./announcer.ts";
import { ChangeSource, type ChangeSourceParts } from "./change-source.ts";
import type { EventMessages } from "./event-messages.ts";
import { Pacer } from "./pacer.ts";
import type { PublishedChange } from "./published-change.ts";
import { BEGINNING, positionAt } from "./stream-position.ts";
import { StreamTrimmer } from "./stream-trimmer.ts";
import { type Stored, StreamWriter } from "./stream-writer.ts";
import type { WatchState, WatchStatus } from "./watch-status.ts";

export interface WatchPublisherParts extends ChangeSourceParts {
  readonly messages: EventMessages;
  /** Loads the code for it, and asks no server yet. */
  readonly openStream: () => Promise<OrderedStream>;
  /** How long the stream keeps an event. */
  readonly ageMsMax: number;
  readonly logger: Logger;
}

/** A new leader first serves those who have waited for one. */
const START_DELAY_MS = 300;
/**
 * A lone event goes at once, further ones wait so long for each other: a message that asks for an answer
 * wakes up two processes, and costs ten times what an event more costs.
 */
const GATHER_MS = 10;
const RETRY_MS = { first: 500, max: 60_000 };
/** Changes taken at once: what can be sent before the followers answer a proposal … */
const SLICE_CHANGES = 32;
/** … and bytes of messages. */
const APPEND_BYTES = 256 * 1024;

/** One time of leading. What still runs when it is over finds that out at its next step. */
interface Turn {
  isOver: boolean;
}

/** A stream that is open, and what is to come behind its end. */
interface Open {
  readonly source: ChangeSource;
  readonly writer: StreamWriter;
}

/**
 * Tells subscribers of every committed change, while this replica leads: into the stream, behind what is
 * there already, whoever wrote it. Never in the way of a transaction: it takes its time from what they
 * leave, holds a bounded part in memory, and when the stream takes nothing, those who listen at the
 * moment are told, and the stream is filled in later.
 */
export class WatchPublisher {
  readonly #parts: WatchPublisherParts;
  readonly #pacer = new Pacer();
  readonly #announcer: Announcer;
  readonly #trimmer: StreamTrimmer;
  #turn: Turn | undefined;
  #historyEnd = 0;
  #stream: OrderedStream | undefined;
  #open: Open | undefined;
  /** What was known of the stream when it was open last, in this turn. */
  #stored: Stored | undefined;
  /** While it is set the stream is left alone. */
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #ranAtMs = 0;
  #failuresInARow = 0;
  #state: WatchState = "following";
  #sentence = "another replica leads";
  #storedEvents = 0;
  #gaps = 0;
  #failures = 0;

  constructor(parts: WatchPublisherParts) {
    this.#parts = parts;
    this.#announcer = new Announcer({ ...parts, pacer: this.#pacer });
    this.#trimmer = new StreamTrimmer(parts.logger, () => this.#pacer.isResting);
  }

  /** This replica leads; it publishes once it has applied what it was elected with. */
  begin(historyEnd: Zxid): void {
    this.#turn = { isOver: false };
    this.#historyEnd = historyEnd;
    this.#say("opening", "this replica leads now and looks where the stream ends");
    this.#waitMs(START_DELAY_MS);
  }

  end(): void {
    if (this.#turn === undefined) return;
    this.#turn.isOver = true;
    this.#turn = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#open = undefined;
    this.#stored = undefined;
    this.#announcer.end();
    this.#trimmer.end();
    this.#failuresInARow = 0;
    this.#say("following", "another replica leads");
  }

  /** Something was committed. */
  delivered(): void {
    this.#wake();
  }

  /** A proposal of this leader has been handed to NATS and to its disk. */
  proposed(): void {
    if (this.#turn !== undefined) this.#pacer.proposed();
  }

  /** The connection is back: the stream may be, too, now or in a moment. */
  reconnected(): void {
    this.#failuresInARow = 0;
    if (this.#timer === undefined || this.#state !== "unavailable") return;
    clearTimeout(this.#timer);
    this.#onTimer();
  }

  get status(): WatchStatus {
    const { applied } = this.#parts.delivery;
    const { zxid, index } = this.#known?.through ?? BEGINNING;
    const published = (index === END_OF_TXN ? zxid : zxid - 1) as Zxid;
    const isSameEpoch = epochOf(published) === epochOf(applied);
    return {
      state: this.#state,
      sentence: this.#sentence,
      publishedZxid: published,
      committedZxid: applied,
      lagTxns: isSameEpoch ? applied - published : counterOf(applied),
      readsLog: this.#open?.source.isBehindMemory ?? false,
      storedEvents: this.#storedEvents,
      announcedEvents: this.#announcer.count,
      gaps: this.#gaps,
      failures: this.#failures,
    };
  }

  get #known(): Stored | undefined {
    return this.#open?.writer.stored ?? this.#stored;
  }

  #wake(): void {
    if (this.#turn === undefined || this.#isRunning) return;
    if (this.#parts.delivery.applied < this.#historyEnd) return;
    this.#isRunning = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    await this.#pacer.pause(this.#ranAtMs + GATHER_MS);
    const turn = this.#turn;
    try {
      if (turn === undefined) return;
      if (this.#timer === undefined) await this.#publish(turn);
      else if (this.#stream !== undefined) await this.#announcer.run(this.#stream);
    } catch (error) {
      // The process may be stopping.
      if (error instanceof BusClosed && turn?.isOver === true) return;
      if (!(error instanceof StreamUnavailable)) throw error;
      if (turn?.isOver === false) this.#onUnavailable(error);
    } finally {
      this.#isRunning = false;
      this.#ranAtMs = performance.now();
      // What was committed since, or since another turn began.
      if (this.#hasMore) this.#wake();
    }
  }

  get #hasMore(): boolean {
    if (this.#timer !== undefined) return this.#announcer.hasMore;
    return this.#open?.source.hasMore ?? true;
  }

  /** Until nothing is left that would fill a slice. */
  async #publish(turn: Turn): Promise<void> {
    this.#open ??= await this.#openStream();
    const { source, writer } = this.#open;
    while (!turn.isOver && source.hasMore) {
      const before = source.through;
      // One alone at first: if it is refused, it is clear which and why.
      const { isProven } = writer;
      const slice = await source.next(isProven ? SLICE_CHANGES : 1);
      if (turn.isOver) return;
      if (slice.kind === "gap") await this.#leaveGap(writer, slice.gap, source.through);
      else if (slice.changes.length > 0 || source.through !== before) {
        await this.#append(this.#open, slice.changes);
      } else throw new StreamUnavailable("silent", "the log does not give what it should hold");
      const isFull = slice.kind === "gap" || slice.changes.length === SLICE_CHANGES;
      if (isProven && !isFull) break;
      if (!isProven) await writer.settled();
      await this.#pacer.pause();
    }
    if (turn.isOver) return;
    await writer.settled();
    this.#isWell();
  }

  async #openStream(): Promise<Open> {
    this.#stream ??= await this.#parts.openStream();
    const end = await this.#stream.open();
    if (this.#turn !== undefined) this.#trimmer.begin(this.#stream);
    const after = positionAt(end, this.#stored, this.#parts.delivery.applied);
    // The stream is new, or everything in it has expired. What is older had its time.
    const notBefore = after === BEGINNING ? Date.now() - this.#parts.ageMsMax : 0;
    const source = new ChangeSource(this.#parts, after, notBefore);
    const writer = new StreamWriter(this.#stream, { end, after }, (count) => this.#onStored(count));
    return { source, writer };
  }

  /** What the source gave out last. */
  async #append({ source, writer }: Open, changes: readonly PublishedChange[]): Promise<void> {
    const { through, behindMs } = source;
    let at = 0;
    do {
      await writer.room();
      const from = at;
      at = await this.#pacer.spend(behindMs, () =>
        this.#appendSome(writer, changes, { from, through }),
      );
    } while (at < changes.length);
  }

  /** Returns the index of the first change that was left for the next call. */
  #appendSome(
    writer: StreamWriter,
    changes: readonly PublishedChange[],
    { from, through }: { readonly from: number; readonly through: EventId },
  ): number {
    const messages: StreamMessage[] = [];
    let bytes = 0;
    let end = through;
    let at = from;
    for (const change of changes.slice(from)) {
      if (bytes >= APPEND_BYTES) break;
      at += 1;
      end = at < changes.length ? change.event : through;
      const message = this.#parts.messages.messageOf(change);
      if (message === undefined) continue;
      messages.push(message);
      bytes += message.payload.length;
    }
    writer.append(messages, end);
    return at;
  }

  /** Alone, when everything before it is stored: another leader might still know what it leaves out. */
  async #leaveGap(writer: StreamWriter, gap: Gap, through: EventId): Promise<void> {
    await writer.settled();
    const [after, end] = [gap.after.zxid, gap.through].map((zxid) => formatZxid(zxid as Zxid));
    writer.append([this.#parts.messages.messageOfGap(gap)], through);
    await writer.settled();
    this.#gaps += 1;
    this.#parts.logger.error(
      { after, through: end },
      `Watch events behind ${after}, through ${end}, are lost: the log was purged before they could be ` +
        "published. The stream says so to its subscribers.",
    );
  }

  #onStored(count: number): void {
    this.#storedEvents += count;
    this.#trimmer.stored(count);
    this.#isWell();
  }

  #isWell(): void {
    this.#failuresInARow = 0;
    this.#announcer.end();
    this.#say("publishing", "what is committed gets into the stream");
  }

  #onUnavailable(error: StreamUnavailable): void {
    // What was sent to the stream has reached those who listen, whether it was stored or not.
    const { applied } = this.#parts.delivery;
    const told = this.#open?.source.through ?? { zxid: applied, index: END_OF_TXN };
    this.#stored = this.#known;
    this.#open = undefined;
    this.#failures += 1;
    this.#failuresInARow += 1;
    // Somebody else has written: that is no trouble, unless it goes on.
    if (error.problem === "moved" && this.#failuresInARow === 1) {
      this.#waitMs(0);
      return;
    }
    this.#announcer.begin(told);
    this.#say("unavailable", error.message);
    this.#waitMs(Math.min(RETRY_MS.first * 2 ** (this.#failuresInARow - 1), RETRY_MS.max));
  }

  #waitMs(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onTimer(), delayMs);
  }

  #onTimer(): void {
    this.#timer = undefined;
    this.#wake();
  }

  /** Each change of state is logged once. */
  #say(state: WatchState, sentence: string): void {
    if (state === this.#state && sentence === this.#sentence) return;
    const { logger } = this.#parts;
    if (state === "unavailable") {
      logger.warn(`Watch events are not kept: ${sentence}. They will be made up for.`);
    } else if (state === "publishing" && this.#state === "unavailable") {
      logger.info("Watch events are kept again");
    }
    this.#state = state;
    this.#sentence = sentence;
  }
}
