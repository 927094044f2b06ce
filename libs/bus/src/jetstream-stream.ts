import {
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import {
  explained,
  type IsConnected,
  type JetStreamApi,
  jetStreamApi,
  MESSAGE_ID,
  NANOS_PER_MS,
} from "./jetstream-api.ts";
import { dropOldest, enforcedBounds } from "./jetstream-retention.ts";
import { type FramedConnection, frameOf, sendFrames } from "./nats-frames.ts";
import {
  type OrderedStream,
  type StreamEnd,
  type StreamMessage,
  type StreamOptions,
  StreamUnavailable,
  type Trimmed,
} from "./ordered-stream.ts";
import { PublishAnswers } from "./publish-answers.ts";

/**
 * How long JetStream remembers ids. The order of sequences excludes duplicates already; a long memory
 * would cost the server an entry per message.
 */
const DUPLICATE_WINDOW_MS = 1_000;

const EXPECTED_SEQUENCE = "Nats-Expected-Last-Sequence";
const EXPECTED_STREAM = "Nats-Expected-Stream";
/** No stream is called that. */
const NO_STREAM = "none";

/** An ordered stream on the connection of a bus. */
export async function openJetStream(
  surroundings: StreamSurroundings,
  options: StreamOptions,
): Promise<OrderedStream> {
  const { connection, inboxPrefix } = surroundings;
  const api = await jetStreamApi(connection);
  const answers = new PublishAnswers(connection, inboxPrefix);
  return new JetStreamStream({ ...surroundings, ...api, answers }, options);
}

export interface StreamSurroundings {
  readonly connection: FramedConnection;
  readonly isConnected: IsConnected;
  readonly inboxPrefix: string | undefined;
}

interface Parts extends JetStreamApi, StreamSurroundings {
  readonly answers: PublishAnswers;
}

class JetStreamStream implements OrderedStream {
  readonly #parts: Parts;
  readonly #options: StreamOptions;

  constructor(parts: Parts, options: StreamOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  open(): Promise<StreamEnd> {
    return this.#explained(async () => {
      const sequence = await this.#prepare();
      const last = await this.#lastMessage();
      if (last === null) return { sequence, lastId: undefined };
      const lastId = last.header.get(MESSAGE_ID) || undefined;
      return { sequence: Math.max(sequence, last.seq), lastId };
    });
  }

  append(messages: readonly StreamMessage[], after: number): Promise<void> {
    return this.#explained(async () => {
      const last = messages.at(-1);
      if (last === undefined) return;
      const { connection, answers } = this.#parts;
      const reply = answers.nextReply();
      sendFrames(connection, this.#framesOf(messages, after, reply));
      const { seq, duplicate } = await answers.of(reply, last.subject);
      if (seq === after + messages.length && duplicate !== true) return;
      throw new StreamUnavailable(
        "moved",
        `the stream ${this.#options.name} took a message for one that it has already`,
      );
    });
  }

  announce(message: StreamMessage): void {
    const { connection, isConnected } = this.#parts;
    if (!isConnected()) return;
    const extras = { header: EXPECTED_STREAM, value: NO_STREAM };
    sendFrames(connection, frameOf(message, extras, this.#messageBytesMax));
  }

  trim(countMax: number): Promise<Trimmed> {
    const { manager } = this.#parts;
    return this.#explained(() => dropOldest(manager, this.#options, countMax, Date.now()));
  }

  /** Only the last one asks for an answer: none is stored unless all before it are. */
  #framesOf(messages: readonly StreamMessage[], after: number, reply: string): string {
    const bytesMax = this.#messageBytesMax;
    let frames = "";
    for (const [n, message] of messages.entries()) {
      const expected = { header: EXPECTED_SEQUENCE, value: String(after + n) };
      const isLast = n === messages.length - 1;
      frames += frameOf(message, isLast ? { ...expected, reply } : expected, bytesMax);
    }
    return frames;
  }

  get #messageBytesMax(): number {
    return this.#parts.connection.info?.max_payload ?? 0;
  }

  /** Returns the sequence of the last message there ever was. */
  async #prepare(): Promise<number> {
    const { streams } = this.#parts.manager;
    const wanted = configOf(this.#options);
    try {
      const { config, state } = await streams.info(wanted.name);
      if (!hasAll(config, wanted)) await streams.update(wanted.name, wanted);
      return state.last_seq;
    } catch (error) {
      const code = error instanceof JetStreamApiError ? error.code : undefined;
      if (code !== JetStreamApiCodes.StreamNotFound) throw error;
      return (await streams.add(wanted)).state.last_seq;
    }
  }

  async #lastMessage() {
    const { name, subjects } = this.#options;
    const { streams } = this.#parts.manager;
    const found = await Promise.all(
      subjects.map((subject) => streams.getMessage(name, { last_by_subj: subject })),
    );
    return found.reduce((last, one) => ((one?.seq ?? 0) > (last?.seq ?? 0) ? one : last), null);
  }

  async #explained<T>(action: () => Promise<T>): Promise<T> {
    if (!this.#parts.isConnected()) {
      throw new StreamUnavailable("silent", "there is no connection to a NATS server");
    }
    try {
      return await action();
    } catch (error) {
      throw explained(error, this.#options.name);
    }
  }
}

function configOf(options: StreamOptions) {
  const { name, subjects, ageMsMax, replicas } = options;
  const enforced = enforcedBounds(options);
  return {
    name,
    subjects: [...subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_age: enforced.ageMsMax * NANOS_PER_MS,
    max_bytes: enforced.bytesMax,
    max_msgs: enforced.messagesMax,
    num_replicas: replicas,
    duplicate_window: Math.min(DUPLICATE_WINDOW_MS, ageMsMax) * NANOS_PER_MS,
    allow_direct: true,
  } satisfies Partial<StreamConfig>;
}

function hasAll(config: StreamConfig, wanted: Partial<StreamConfig>): boolean {
  return Object.entries(wanted).every(
    ([key, value]) => JSON.stringify(config[key as keyof StreamConfig]) === JSON.stringify(value),
  );
}
