import { type ApiError, JetStreamApiError } from "@nats-io/jetstream";
import {
  createInbox,
  errors,
  type Msg,
  type NatsConnection,
  type Subscription,
} from "@nats-io/transport-node";
import { ANSWER_LIMIT_MS } from "./jetstream-api.ts";

/** What JetStream says of a message that it has stored. */
export interface PublishAnswer {
  readonly seq: number;
  readonly duplicate?: boolean;
}

interface Waiting {
  readonly subject: string;
  readonly resolve: (answer: PublishAnswer) => void;
  readonly reject: (reason: unknown) => void;
}

const NO_RESPONDERS = 503;

/**
 * JetStream's answers to what was published, on one inbox. Without the promises, timers and copied
 * options that the client has for any request: a busy leader asks hundreds of times a second.
 */
export class PublishAnswers {
  readonly #connection: NatsConnection;
  readonly #inbox: string;
  readonly #waiting = new Map<string, Waiting>();
  #subscription: Subscription | undefined;
  #count = 0;

  /** `inboxPrefix`: the first tokens of the subject, which this process may subscribe to. */
  constructor(connection: NatsConnection, inboxPrefix: string | undefined) {
    this.#connection = connection;
    this.#inbox = createInbox(inboxPrefix);
    void this.#watchRefusals();
    void connection.closed().then(() => this.#failAll(new errors.ClosedConnectionError()));
  }

  /** Where the answer to the next message is to go. */
  nextReply(): string {
    this.#subscription ??= this.#connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => (error === null ? this.#take(message) : this.#onRefused(error)),
    });
    this.#count += 1;
    return `${this.#inbox}.${this.#count}`;
  }

  /**
   * The answer to the message on `subject` that was just sent with this reply.
   * @throws what the client's requests throw
   */
  async of(reply: string, subject: string): Promise<PublishAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<PublishAnswer>();
    this.#waiting.set(reply, { subject, resolve, reject });
    const timer = setTimeout(() => reject(new errors.TimeoutError()), ANSWER_LIMIT_MS);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(reply);
    }
  }

  #take(message: Msg): void {
    const waiting = this.#waiting.get(message.subject);
    if (waiting === undefined) return;
    try {
      waiting.resolve(answerIn(message, waiting.subject));
    } catch (error) {
      waiting.reject(error);
    }
  }

  /** The client forgets a subscription that the server refused. */
  #onRefused(error: Error): void {
    this.#subscription = undefined;
    this.#failAll(error);
  }

  /** That a message may not be published at all, the server tells the connection, not the inbox. */
  async #watchRefusals(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type !== "error") continue;
      const { error } = status;
      if (!(error instanceof errors.PermissionViolationError)) continue;
      for (const { subject, reject } of this.#waiting.values()) {
        if (error.operation === "publish" && error.subject === subject) reject(error);
      }
    }
  }

  #failAll(reason: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(reason);
  }
}

function answerIn(message: Msg, subject: string): PublishAnswer {
  if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
    throw new errors.NoRespondersError(subject);
  }
  const answer = message.json<PublishAnswer & { readonly error?: ApiError }>();
  if (answer.error !== undefined) throw new JetStreamApiError(answer.error);
  return answer;
}
