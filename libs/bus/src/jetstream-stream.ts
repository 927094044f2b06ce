import {
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { headers, type MsgHdrs, type NatsConnection } from "@nats-io/transport-node";
import {
  explained,
  type IsConnected,
  type JetStreamApi,
  jetStreamApi,
  MESSAGE_ID,
  NANOS_PER_MS,
} from "./jetstream-api.ts";
import { dropOldest, enforcedBounds } from "./jetstream-retention.ts";
import {
  type OrderedStream,
  type StreamEnd,
  type StreamMessage,
  type StreamOptions,
  StreamUnavailable,
} from "./ordered-stream.ts";

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
  connection: NatsConnection,
  isConnected: IsConnected,
  options: StreamOptions,
): Promise<OrderedStream> {
  const api = await jetStreamApi(connection);
  return new JetStreamStream({ connection, isConnected, ...api }, options);
}

interface Parts extends JetStreamApi {
  readonly connection: NatsConnection;
  readonly isConnected: IsConnected;
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

  /** Only the last one asks for an answer: none is stored unless all before it are. */
  append(messages: readonly StreamMessage[], after: number): Promise<void> {
    return this.#explained(async () => {
      const { connection, client } = this.#parts;
      let sequence = after;
      let end: { readonly seq: number; readonly duplicate: boolean } | undefined;
      for (const message of messages) {
        const { subject } = message;
        const payload = Buffer.from(message.payload);
        const header = headersOf(message, EXPECTED_SEQUENCE, String(sequence));
        sequence += 1;
        if (sequence < after + messages.length) {
          connection.publish(subject, payload, { headers: header });
        } else end = await client.publish(subject, payload, { headers: header });
      }
      if (end === undefined || (end.seq === sequence && !end.duplicate)) return;
      throw new StreamUnavailable(
        "moved",
        `the stream ${this.#options.name} took a message for one that it has already`,
      );
    });
  }

  announce(message: StreamMessage): void {
    const { connection, isConnected } = this.#parts;
    if (!isConnected()) return;
    const { subject, payload } = message;
    const header = headersOf(message, EXPECTED_STREAM, NO_STREAM);
    connection.publish(subject, payload, { headers: header });
  }

  trim(): Promise<boolean> {
    return this.#explained(() => dropOldest(this.#parts.manager, this.#options, Date.now()));
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

function headersOf({ id, headers: more }: StreamMessage, name: string, value: string): MsgHdrs {
  const all = headers();
  all.append(MESSAGE_ID, id);
  all.append(name, value);
  for (const key in more) all.append(key, more[key] ?? "");
  return all;
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
