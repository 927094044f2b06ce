import type { Socket } from "node:net";
import type { JuteReader } from "@meerkat/jute";
import type { Id } from "@meerkat/tree";
import { FrameReader } from "./frame-reader.ts";
import { Outbox } from "./outbox.ts";
import type { WireServices } from "./services.ts";

/** Why a connection is not read at the moment. It is read when no reason is left. */
export const Hold = {
  /** A session is being made or attached. */
  handshake: 1,
  /** Too many of its requests are unanswered. */
  pending: 2,
  /** Too many writes of all connections are unanswered. */
  room: 4,
  /** The client does not take its answers. */
  unsent: 8,
  /** A request that nothing may overtake waits for those before it. */
  barrier: 16,
  /** A sync is under way. */
  sync: 32,
  /** The door closes: what is under way is answered, nothing more is read. */
  finish: 64,
} as const;
export type Hold = (typeof Hold)[keyof typeof Hold];

/** What becomes of frames depends on how far the connection has come. */
export interface Stage {
  /** Bytes of any kind came from the client. */
  onHeard(nowMs: number): void;
  /** Handles the frame at hand, or holds the connection and leaves it there with `unread`. */
  onFrame(frames: FrameReader): void;
  /** Looks whether bytes that are no frame yet say something all the same. True when they did. */
  onBytes(frames: FrameReader): boolean;
  /** The client has taken what it was sent. False when it waits for more than it should be sent now. */
  onDrain(): boolean;
  /** Now and then. */
  onTick(nowMs: number): void;
  /** Nothing is read any more: the connection is to end once what is under way is answered. */
  onFinish(): void;
  /** The connection is over. */
  onClose(): void;
}

/** How long the client may take to close its side when we have closed ours. */
const LINGER_MS = 1_000;

/** One client's socket: frames in, bytes out, and when to stop reading. */
export class Connection {
  readonly services: WireServices;
  readonly socket: Socket;
  readonly reader: JuteReader;
  readonly openedAtMs: number;
  readonly address: string;
  readonly #frames: FrameReader;
  readonly #outbox: Outbox;
  readonly #onClosed: (connection: Connection) => void;
  credentials: readonly Id[];
  stage: Stage | undefined = undefined;
  /** Bytes of any kind came from the client, ms. */
  heardAtMs: number;
  /** The frames at hand began to be handled: when they came, or when nothing held them any more. */
  handledAtMs: number;
  sentAtMs: number;
  #holds = 0;
  #isWorking = false;
  #isClosed = false;
  #lingersUntilMs: number | undefined = undefined;
  #takenBytes = 0;
  #tookAtMs: number;

  constructor(
    socket: Socket,
    services: WireServices,
    start: {
      readonly credentials: readonly Id[];
      readonly onClosed: (connection: Connection) => void;
    },
  ) {
    const { limits, outboxes, nowMs } = services;
    this.services = services;
    this.reader = services.reader;
    this.socket = socket;
    this.credentials = start.credentials;
    this.#onClosed = start.onClosed;
    this.address = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    this.openedAtMs = nowMs();
    this.heardAtMs = this.openedAtMs;
    this.handledAtMs = this.openedAtMs;
    this.sentAtMs = this.openedAtMs;
    this.#tookAtMs = this.openedAtMs;
    this.#frames = new FrameReader(limits.frameBytesMax);
    this.#outbox = new Outbox(socket, outboxes, (bytes) => this.#onSent(bytes));
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("drain", () => this.#onDrain());
    socket.on("error", () => this.drop());
    socket.on("close", () => this.drop());
  }

  /** Where the next answer goes. */
  get out(): Outbox {
    return this.#outbox;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isHeld(): boolean {
    return this.#holds !== 0;
  }

  isHeldFor(reason: Hold): boolean {
    return (this.#holds & reason) !== 0;
  }

  /** What has arrived and was not handled yet. */
  get bytesHeld(): number {
    return this.#frames.bytesHeld;
  }

  hold(reason: Hold): void {
    if (this.#holds === 0) this.socket.pause();
    this.#holds |= reason;
  }

  /** Reads on, if nothing else is in the way. */
  release(reason: Hold): void {
    if ((this.#holds & reason) === 0) return;
    this.#holds &= ~reason;
    if (this.#holds !== 0 || this.#isClosed) return;
    this.#work(this.services.nowMs());
    if (this.#holds === 0) this.socket.resume();
  }

  /** The client has not taken so much of what it was sent that its requests should wait. */
  get isSwamped(): boolean {
    return this.#outbox.isSwamped(this.services.limits.unsentBytesMax);
  }

  /** Leaves a client that has far too much before it. To be called between two answers. */
  checkUnsent(): void {
    if (this.#outbox.unsentBytes <= this.services.limits.unsentBytesLimit) return;
    this.leave("does not take what it is sent");
  }

  tick(nowMs: number): void {
    if (this.#lingersUntilMs !== undefined) {
      if (nowMs > this.#lingersUntilMs) this.drop();
      return;
    }
    if (this.isHeldFor(Hold.unsent)) {
      const taken = this.socket.bytesWritten - this.socket.writableLength;
      if (taken !== this.#takenBytes) {
        this.#tookAtMs = nowMs;
        // We do not read what it says meanwhile, but it lives.
        this.stage?.onHeard(nowMs);
      }
      this.#takenBytes = taken;
      if (nowMs - this.#tookAtMs > this.services.limits.slowReaderMs) {
        this.leave("does not take its answers");
        return;
      }
    }
    this.stage?.onTick(nowMs);
  }

  /** Sends what is to be sent, then closes. Nothing of the client is handled any more. */
  end(): void {
    if (this.#isClosed || this.#lingersUntilMs !== undefined) return;
    this.#lingersUntilMs = this.services.nowMs() + LINGER_MS;
    this.#leaveStage();
    // The flush of this turn comes first.
    setImmediate(() => {
      this.socket.end();
      // What the client still sends is taken off the socket, or closing it would tear the answer.
      this.socket.resume();
    });
  }

  /** Ends as soon as what is under way is answered. */
  finish(): void {
    this.hold(Hold.finish);
    this.stage?.onFinish();
  }

  /** Closes at once; what was not flushed is never sent. */
  drop(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#outbox.discard();
    this.#leaveStage();
    this.socket.destroy();
    this.#onClosed(this);
  }

  /** Says why, and closes at once. */
  leave(why: string): void {
    if (this.#isClosed) return;
    this.services.counters.dropped += 1;
    this.services.log.warn({ client: this.address }, `Closing a connection that ${why}`);
    this.drop();
  }

  #leaveStage(): void {
    const { stage } = this;
    this.stage = undefined;
    stage?.onClose();
  }

  #onData(chunk: Buffer): void {
    if (this.#isClosed || this.stage === undefined) return;
    this.services.counters.bytesReceived += chunk.length;
    this.heardAtMs = this.services.nowMs();
    this.stage.onHeard(this.heardAtMs);
    if (this.#isClosed) return;
    this.#frames.push(chunk);
    if (this.#holds === 0) this.#work(this.heardAtMs);
  }

  #work(nowMs: number): void {
    // Handling a frame may release a hold: that must not begin the loop a second time.
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.handledAtMs = nowMs;
    const frames = this.#frames;
    while (this.#holds === 0 && this.stage !== undefined) {
      if (this.stage.onBytes(frames)) continue;
      const status = frames.next();
      if (status === "more") break;
      if (status === "bad") {
        this.services.counters.badFrames += 1;
        this.end();
        break;
      }
      this.stage.onFrame(frames);
      if (this.isSwamped) this.#maybeHoldForUnsent();
    }
    this.#isWorking = false;
  }

  /** Called between two requests and outside of any batch of txns. */
  #maybeHoldForUnsent(): void {
    this.#outbox.flush();
    if (this.isSwamped) this.hold(Hold.unsent);
  }

  #onDrain(): void {
    if (!this.isHeldFor(Hold.unsent) || this.stage === undefined) return;
    if (this.stage.onDrain()) this.release(Hold.unsent);
  }

  #onSent(bytes: number): void {
    this.sentAtMs = this.services.nowMs();
    this.services.counters.sentBytes(bytes);
    this.checkUnsent();
  }
}
