import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { LoadMeter } from "./load-meter.ts";
import {
  CONNECT_RESPONSE_BYTES,
  connectFrame,
  OpCode,
  readConnectResponse,
  requestFrame,
} from "./protocol.ts";
import { ReplyError, ReplyScanner } from "./reply-scanner.ts";
import type { RequestRing } from "./request-ring.ts";

/** Longer than any pause that a run survives, so that no session expires under load. */
const SESSION_TIMEOUT_MS = 30_000;
/** All of what the kernel holds for a busy socket comes in one read. */
const READ_BYTES = 256 * 1024;
/** A connection's latency is taken from every 16th request of a window, from every one of a small window. */
const SAMPLE_EVERY_MAX = 16;

/** libuv reads into it and calls back at once, one socket after the other: all can share it. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);
const readView = new DataView(readBuffer.buffer, readBuffer.byteOffset, READ_BYTES);

export interface LoadConnectionOptions {
  readonly port: number;
  readonly ring: RequestRing;
  readonly firstSlot: number;
  /** Requests in flight. */
  readonly window: number;
  readonly meter: LoadMeter;
  readonly onFailure: (error: Error) => void;
}

/** One session that keeps `window` requests in flight: as many leave as replies came in one read. */
export class LoadConnection {
  readonly #options: LoadConnectionOptions;
  readonly #scanner: ReplyScanner;
  readonly #socket: Socket;
  readonly #sampleEvery: number;
  /** When the sampled requests in flight were sent, a ring. */
  readonly #sentAtMs: Float64Array;
  #sent = 0;
  #received = 0;
  #nextStamp = 0;
  #nextSample = 0;
  #slot: number;
  #phase: "handshake" | "load" | "drain" | "closing" = "handshake";
  #handshake: Buffer = Buffer.alloc(0);
  #onDrained: () => void = () => undefined;

  private constructor(options: LoadConnectionOptions) {
    this.#options = options;
    this.#slot = options.firstSlot;
    this.#scanner = new ReplyScanner(options.ring, options.firstSlot);
    this.#sampleEvery = Math.min(SAMPLE_EVERY_MAX, Math.ceil(options.window / 2));
    this.#sentAtMs = new Float64Array(Math.ceil(options.window / this.#sampleEvery) + 1);
    this.#socket = connect({
      host: "127.0.0.1",
      port: options.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.#onData(length);
          return true;
        },
      },
    });
    this.#socket.on("error", (error) => options.onFailure(error));
    this.#socket.on("close", () => {
      if (this.#phase !== "closing") {
        options.onFailure(new ReplyError(`the server on port ${options.port} closed a connection`));
      }
    });
  }

  /** Resolves with a connection that has its session. */
  static async open(options: LoadConnectionOptions): Promise<LoadConnection> {
    const connection = new LoadConnection(options);
    await once(connection.#socket, "connect");
    const established = new Promise<void>((resolve) => {
      connection.#onDrained = resolve;
    });
    connection.#socket.write(connectFrame(SESSION_TIMEOUT_MS));
    await established;
    return connection;
  }

  /** Replies received. */
  get received(): number {
    return this.#received;
  }

  /** What the answered requests added to the versions of all znodes together. */
  get versionsAdded(): number {
    return this.#options.ring.writesIn(this.#options.firstSlot, this.#received);
  }

  start(): void {
    this.#phase = "load";
    this.#send(this.#options.window);
  }

  /** Sends nothing more. Resolves when every request is answered. */
  drain(): Promise<void> {
    this.#phase = "drain";
    return new Promise((resolve) => {
      this.#onDrained = resolve;
      if (this.#received === this.#sent) resolve();
    });
  }

  /** Ends the session too, which is a write of its own. */
  async close(): Promise<void> {
    this.#phase = "closing";
    const closed = once(this.#socket, "close");
    this.#socket.end(requestFrame(0, OpCode.closeSession, () => undefined));
    await closed;
  }

  #onData(length: number): void {
    try {
      if (this.#phase === "handshake") this.#onConnectResponse(length);
      else if (this.#phase !== "closing") this.#onReplies(length);
    } catch (error) {
      this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
      this.#phase = "closing";
      this.#socket.destroy();
    }
  }

  #onConnectResponse(length: number): void {
    this.#handshake = Buffer.concat([this.#handshake, readBuffer.subarray(0, length)]);
    if (this.#handshake.length < CONNECT_RESPONSE_BYTES) return;
    if (readConnectResponse(this.#handshake) === null) throw new ReplyError("no session");
    this.#onDrained();
  }

  #onReplies(length: number): void {
    const completed = this.#scanner.push(readView, length);
    if (completed === 0) return;
    const nowMs = performance.now();
    const { meter } = this.#options;
    const received = this.#received + completed;
    for (; this.#nextSample < received; this.#nextSample += this.#sampleEvery) {
      meter.record(nowMs - (this.#sentAtMs[this.#place(this.#nextSample)] ?? nowMs));
    }
    this.#received = received;
    meter.replies += completed;
    if (this.#phase === "load") this.#send(completed);
    else if (received === this.#sent) this.#onDrained();
  }

  #send(count: number): void {
    const { ring } = this.#options;
    const sent = this.#sent + count;
    if (this.#nextStamp < sent) {
      const nowMs = performance.now();
      for (; this.#nextStamp < sent; this.#nextStamp += this.#sampleEvery) {
        this.#sentAtMs[this.#place(this.#nextStamp)] = nowMs;
      }
    }
    this.#sent = sent;
    this.#socket.write(ring.slice(this.#slot, count));
    this.#slot = (this.#slot + count) % ring.slots;
  }

  #place(request: number): number {
    return (request / this.#sampleEvery) % this.#sentAtMs.length;
  }
}
