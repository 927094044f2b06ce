import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JsMsg,
  type StoredMsg,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import {
  ANSWER_LIMIT_MS,
  explained,
  type IsConnected,
  type JetStreamApi,
  jetStreamApi,
  MESSAGE_ID,
  NANOS_PER_MS,
} from "./jetstream-api.ts";
import { StreamUnavailable } from "./ordered-stream.ts";
import type { KeptMessage, StreamPlace, StreamReader } from "./stream-reader.ts";

/** Messages, or bytes of them, that one question brings. */
const FETCH_MESSAGES = 256;
/** A consumer of somebody who has vanished is forgotten after so long. */
const INACTIVE_MS = 30_000;

/** A reader of the stream on the connection of a bus. */
export async function openJetStreamReader(
  connection: NatsConnection,
  isConnected: IsConnected,
  name: string,
): Promise<StreamReader> {
  const api = await jetStreamApi(connection);
  return new JetStreamReader({ isConnected, ...api }, name);
}

interface Parts extends JetStreamApi {
  readonly isConnected: IsConnected;
}

class JetStreamReader implements StreamReader {
  readonly #parts: Parts;
  readonly #name: string;

  constructor(parts: Parts, name: string) {
    this.#parts = parts;
    this.#name = name;
  }

  placeFrom(sequence: number): Promise<StreamPlace | undefined> {
    return this.#ask(async ({ manager }) =>
      placeOf(await manager.direct.getMessage(this.#name, { seq: sequence, next_by_subj: ">" })),
    );
  }

  lastOf(subject: string): Promise<StreamPlace | undefined> {
    return this.#ask(async ({ manager }) =>
      placeOf(await manager.streams.getMessage(this.#name, { last_by_subj: subject })),
    );
  }

  /** By a consumer that is there for this one reading. */
  async *read(subject: string, sequence: number): AsyncGenerator<KeptMessage, void> {
    const { manager, client } = this.#parts;
    const made = await this.#ask(() =>
      manager.consumers.add(this.#name, {
        ack_policy: AckPolicy.None,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: sequence,
        filter_subject: subject,
        inactive_threshold: INACTIVE_MS * NANOS_PER_MS,
        mem_storage: true,
        num_replicas: 1,
      }),
    );
    try {
      const consumer = await this.#ask(() => client.consumers.get(this.#name, made.name));
      let left = made.num_pending;
      while (left > 0) {
        const messages = await this.#fetch(consumer, Math.min(left, FETCH_MESSAGES));
        // What expired meanwhile does not come any more.
        if (messages.length === 0) return;
        left -= messages.length;
        for (const message of messages) yield new Kept(message);
      }
    } finally {
      await this.#forget(made.name);
    }
  }

  #fetch(consumer: Consumer, count: number): Promise<readonly JsMsg[]> {
    return this.#ask(async () => {
      const messages: JsMsg[] = [];
      const options = { max_messages: count, expires: ANSWER_LIMIT_MS };
      for await (const message of await consumer.fetch(options)) messages.push(message);
      return messages;
    });
  }

  /** The server forgets it by itself when this does not reach it. */
  async #forget(consumer: string): Promise<void> {
    try {
      await this.#ask(({ manager }) => manager.consumers.delete(this.#name, consumer));
    } catch (error) {
      if (!(error instanceof StreamUnavailable)) throw error;
    }
  }

  async #ask<T>(question: (parts: Parts) => Promise<T>): Promise<T> {
    if (!this.#parts.isConnected()) {
      throw new StreamUnavailable("silent", "there is no connection to a NATS server");
    }
    try {
      return await question(this.#parts);
    } catch (error) {
      throw explained(error, this.#name);
    }
  }
}

class Kept implements KeptMessage {
  readonly #message: JsMsg;

  constructor(message: JsMsg) {
    this.#message = message;
  }

  get sequence(): number {
    return this.#message.seq;
  }

  get id(): string | undefined {
    return this.header(MESSAGE_ID);
  }

  get payload(): string {
    return this.#message.string();
  }

  header(name: string): string | undefined {
    return this.#message.headers?.get(name) || undefined;
  }
}

function placeOf(message: StoredMsg | null): StreamPlace | undefined {
  if (message === null) return undefined;
  return { sequence: message.seq, id: message.header.get(MESSAGE_ID) || undefined };
}
