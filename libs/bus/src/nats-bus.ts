import type { NatsConnection } from "@nats-io/transport-node";
import type { Bus, BusTraffic, Subscription } from "./bus.ts";
import { BusClosed, BusUnavailable, PayloadTooLarge } from "./errors.ts";
import { type ConnectOptions, connectWithin } from "./nats-connect.ts";
import { describeUser } from "./nats-credentials.ts";
import type { FramedConnection } from "./nats-frames.ts";
import { RefusalReports } from "./nats-refusals.ts";
import { describeStatus } from "./nats-status.ts";
import { LastingSubscription } from "./nats-subscription.ts";
import { type OrderedStream, type StreamOptions, StreamUnavailable } from "./ordered-stream.ts";
import type { BusStatus } from "./status.ts";
import type { StreamReader } from "./stream-reader.ts";
import { hasWildcard, requirePublishable, requireSubscribable } from "./subject-filter.ts";

export interface NatsBusOptions extends ConnectOptions {
  readonly onStatus?: (status: BusStatus) => void;
}

/** A bus on NATS, which can keep some of its messages. */
export interface NatsBus extends Bus {
  /**
   * On a connection of its own: what JetStream takes its time for holds up everything else on the same
   * connection. Asks for nothing yet, and loads the code for it: ask for one when it is needed.
   *
   * @throws StreamUnavailable when no server answers
   */
  orderedStream(options: StreamOptions): Promise<OrderedStream>;
  /** Loads the code for `orderedStream` beforehand: that can take longer than a leader may be silent. */
  loadStreams(): Promise<void>;
  /** The same for whoever only reads the stream of this name. */
  streamReader(name: string): Promise<StreamReader>;
}

/**
 * Connects to NATS and stays connected: a lost connection is tried again forever, at short
 * jittered intervals. Nothing is kept for later meanwhile: whoever waits for an answer asks again,
 * and a message of half a second ago helps nobody.
 *
 * @throws BusUnavailable with the address and what to do
 */
export async function connectNatsBus(options: NatsBusOptions): Promise<NatsBus> {
  const connection = await connectWithin(options);
  options.onStatus?.({
    type: "connected",
    message: `Connected to the NATS server at ${connection.getServer()}.`,
  });
  return new ConnectedBus(connection, options);
}

/** Nobody waits for an answer of these: a dead server may be noticed late. */
const STREAM_PING_INTERVAL_MS = 15_000;

class ConnectedBus implements NatsBus {
  readonly #connection: FramedConnection;
  readonly #options: NatsBusOptions;
  readonly #forStreams: ConnectedBus[] = [];
  readonly #onStatus: (status: BusStatus) => void;
  readonly #refusals: RefusalReports;
  #connected = true;
  #closed = false;
  #maxPayloadBytes: number;
  #reconnects = 0;

  constructor(connection: FramedConnection, options: NatsBusOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#onStatus = options.onStatus ?? (() => undefined);
    this.#refusals = new RefusalReports(describeUser(options), this.#onStatus);
    this.#maxPayloadBytes = connection.info?.max_payload ?? 0;
    void this.#watchStatus();
  }

  get maxPayloadBytes(): number {
    return this.#maxPayloadBytes;
  }

  get connected(): boolean {
    return this.#connected && !this.#closed;
  }

  get traffic(): BusTraffic {
    const { inMsgs, outMsgs, inBytes, outBytes } = this.#connection.stats();
    return {
      reconnects: this.#reconnects,
      messagesIn: inMsgs,
      messagesOut: outMsgs,
      bytesIn: inBytes,
      bytesOut: outBytes,
    };
  }

  publish(subject: string, payload: Uint8Array): void {
    this.#requireOpen();
    requirePublishableOnce(subject);
    if (payload.length > this.#maxPayloadBytes) {
      throw new PayloadTooLarge(subject, payload.length, this.#maxPayloadBytes);
    }
    // The client would keep it until the next attempt to connect; see connectNatsBus.
    if (this.#connected) this.#connection.publish(subject, payload);
  }

  subscribe(filter: string, handler: (payload: Uint8Array, subject: string) => void): Subscription {
    this.#requireOpen();
    requireSubscribable(filter);
    const plain = !hasWildcard(filter);
    return new LastingSubscription(this.#connection, filter, (message) => {
      if (this.#closed) return;
      try {
        // `message.subject` decodes text each time it is first read.
        handler(message.data, plain ? filter : message.subject);
      } catch (thrown) {
        crashWith(thrown);
      }
    });
  }

  async flush(): Promise<void> {
    this.#requireOpen();
    try {
      await this.#connection.flush();
    } catch (cause) {
      throw new BusUnavailable("The connection to NATS was lost before everything was sent.", {
        cause,
      });
    }
  }

  async loadStreams(): Promise<void> {
    await import("./jetstream-stream.ts");
  }

  async orderedStream(options: StreamOptions): Promise<OrderedStream> {
    this.#requireOpen();
    const { openJetStream } = await import("./jetstream-stream.ts");
    const own = await this.#connectForStream();
    const { inboxPrefix } = this.#options;
    const isConnected = () => own.connected;
    return await openJetStream({ connection: own.#connection, isConnected, inboxPrefix }, options);
  }

  async streamReader(name: string): Promise<StreamReader> {
    this.#requireOpen();
    const { openJetStreamReader } = await import("./jetstream-reader.ts");
    return await openJetStreamReader(this.#connection, () => this.connected, name);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all(this.#forStreams.map((own) => own.close()));
    if (this.#connected) await flushWithin(this.#connection, CLOSE_FLUSH_MAX_MS);
    await this.#connection.close();
  }

  async #connectForStream(): Promise<ConnectedBus> {
    const options = {
      ...this.#options,
      name: `${this.#options.name}-stream`,
      pingIntervalMs: STREAM_PING_INTERVAL_MS,
      // That servers come and go the bus itself says.
      onStatus: (status: BusStatus) => {
        if (status.type === "error") this.#onStatus(status);
      },
    };
    try {
      const own = new ConnectedBus(await connectWithin(options), options);
      this.#forStreams.push(own);
      if (this.#closed) await own.close();
      this.#requireOpen();
      return own;
    } catch (error) {
      if (!(error instanceof BusUnavailable)) throw error;
      throw new StreamUnavailable("silent", error.message, { cause: error });
    }
  }

  async #watchStatus(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === "disconnect") this.#connected = false;
      if (status.type === "reconnect") {
        this.#connected = true;
        this.#reconnects += 1;
        this.#maxPayloadBytes = this.#connection.info?.max_payload ?? this.#maxPayloadBytes;
        this.#refusals.forget();
      }
      if (this.#refusals.take(status)) continue;
      const described = this.#closed ? undefined : describeStatus(status);
      if (described !== undefined) this.#onStatus(described);
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new BusClosed(`The bus of ${this.#options.name} is closed.`);
  }
}

const CLOSE_FLUSH_MAX_MS = 1_000;
const KNOWN_SUBJECTS_MAX = 10_000;
const knownSubjects = new Set<string>();

/** Subjects are few and used often: each is parsed once. */
function requirePublishableOnce(subject: string): void {
  if (knownSubjects.has(subject)) return;
  requirePublishable(subject);
  if (knownSubjects.size >= KNOWN_SUBJECTS_MAX) knownSubjects.clear();
  knownSubjects.add(subject);
}

/** A throw would kill the client's reader in silence; so it is thrown where it ends the process. */
function crashWith(thrown: unknown): void {
  queueMicrotask(() => {
    throw thrown;
  });
}

async function flushWithin(connection: NatsConnection, limitMs: number): Promise<void> {
  const timedOut = Promise.withResolvers<void>();
  const timer = setTimeout(timedOut.resolve, limitMs);
  // A connection that breaks now has lost its last messages, as it may at any time.
  const flushed = connection.flush().catch(() => undefined);
  await Promise.race([flushed, timedOut.promise]);
  clearTimeout(timer);
}
