import { once } from "node:events";
import { connect as connectPlain, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { JuteReader, JuteWriter, OpCode } from "@meerkat/jute";
import type { Body } from "./bodies.ts";

const DEADLINE_MS = 10_000;
const NO_PASSWORD = "\0".repeat(16);

export interface Ticket {
  readonly timeoutMs: number;
  readonly session: number;
  readonly password: string;
  /** 36 without the read-only flag, 37 with it. */
  readonly length: number;
}

export interface Reply {
  readonly xid: number;
  readonly zxid: number;
  readonly err: number;
  /** Behind the header. */
  readonly body: JuteReader;
}

export interface ConnectOptions {
  readonly lastZxidSeen?: number;
  readonly timeoutMs?: number;
  readonly session?: number;
  readonly password?: string | null;
  readonly hasReadOnlyFlag?: boolean;
}

/** A client that says what the test says, frame by frame or byte by byte. */
export class WireClient implements Disposable {
  readonly socket: Socket;
  /** What came and was not put together yet. */
  #chunks: Buffer[] = [];
  #receivedBytes = 0;
  #isClosed = false;
  #wake: () => void = () => undefined;
  #xid = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#receivedBytes += chunk.length;
      this.#wake();
    });
    // The server may close while the test still writes: `closed` tells.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  static async open(port: number, host = "127.0.0.1"): Promise<WireClient> {
    const socket = connectPlain({ port, host, noDelay: true });
    const client = new WireClient(socket);
    await Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => undefined);
    return client;
  }

  static async openTls(port: number, options: ConnectionOptions): Promise<WireClient> {
    const socket = connectTls({ port, host: "127.0.0.1", ...options });
    const client = new WireClient(socket);
    await Promise.race([once(socket, "secureConnect"), once(socket, "close")]).catch(
      () => undefined,
    );
    return client;
  }

  /** With a session. */
  static async connected(port: number, options: ConnectOptions = {}): Promise<WireClient> {
    const client = await WireClient.open(port);
    const ticket = await client.connect(options);
    if (ticket === undefined) throw new Error("the server closed instead of connecting");
    return client;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Bytes that came and were not looked at. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  write(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  /** Everything that comes until the server closes, as text. */
  async text(): Promise<string> {
    await this.closed();
    return this.#take(this.#receivedBytes).toString("latin1");
  }

  async closed(): Promise<void> {
    await this.#until(() => this.#isClosed);
  }

  /** The next frame, without its length; undefined when the server closes instead. */
  async frame(): Promise<Buffer | undefined> {
    await this.#until(() => this.#receivedBytes >= 4 || this.#isClosed);
    if (this.#receivedBytes < 4) return undefined;
    const prefix = this.#take(4);
    const length = prefix.readInt32BE(0);
    await this.#until(() => this.#receivedBytes >= length || this.#isClosed);
    if (this.#receivedBytes >= length) return this.#take(length);
    this.#chunks.unshift(prefix);
    this.#receivedBytes += 4;
    return undefined;
  }

  async connect(options: ConnectOptions = {}): Promise<Ticket | undefined> {
    this.write(connectFrame(options));
    return ticketOf(await this.frame());
  }

  /** Sends a request and returns its xid. */
  send(opCode: number, body?: Body, xid?: number): number {
    this.#xid += 1;
    const sent = xid ?? this.#xid;
    this.write(requestFrame(sent, opCode, body));
    return sent;
  }

  async reply(): Promise<Reply> {
    const frame = await this.frame();
    if (frame === undefined) throw new Error("the server closed instead of answering");
    return replyOf(frame);
  }

  /** Sends a request and waits for the next reply that comes, whatever it is. */
  call(opCode: number, body?: Body, xid?: number): Promise<Reply> {
    this.send(opCode, body, xid);
    return this.reply();
  }

  /** True when the server closes without a further byte. */
  async isLeft(): Promise<boolean> {
    return (await this.frame()) === undefined && this.#receivedBytes === 0;
  }

  async ping(): Promise<void> {
    const { xid, err } = await this.call(OpCode.ping, undefined, -2);
    if (xid !== -2 || err !== 0) throw new Error(`a ping was answered with ${xid} ${err}`);
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #take(count: number): Buffer {
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const bytes = all ?? Buffer.alloc(0);
    this.#chunks = bytes.length > count ? [bytes.subarray(count)] : [];
    this.#receivedBytes = bytes.length - count;
    return bytes.subarray(0, count);
  }

  async #until(holds: () => boolean): Promise<void> {
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, DEADLINE_MS);
    while (!holds() && !isLate) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(deadline);
    if (!holds()) throw new Error("the server neither answered nor closed");
  }
}

export function framed(writer: JuteWriter): Buffer {
  const body = writer.toBytes();
  const frame = Buffer.alloc(4 + body.length);
  frame.writeInt32BE(body.length);
  frame.set(body, 4);
  return frame;
}

export function requestFrame(xid: number, opCode: number, body?: Body): Buffer {
  const writer = new JuteWriter();
  writer.writeInt(xid);
  writer.writeInt(opCode);
  body?.(writer);
  return framed(writer);
}

export function connectFrame(options: ConnectOptions = {}): Buffer {
  const { lastZxidSeen = 0, timeoutMs = 10_000, session = 0 } = options;
  const { password = NO_PASSWORD, hasReadOnlyFlag = true } = options;
  const writer = new JuteWriter();
  writer.writeInt(0);
  writer.writeLong(lastZxidSeen);
  writer.writeInt(timeoutMs);
  writer.writeLong(session);
  writer.writeLatin1(password);
  if (hasReadOnlyFlag) writer.writeBoolean(false);
  return framed(writer);
}

export function ticketOf(frame: Buffer | undefined): Ticket | undefined {
  if (frame === undefined) return undefined;
  const reader = new JuteReader(frame);
  reader.readInt();
  const timeoutMs = reader.readInt();
  const session = reader.readLong();
  return { timeoutMs, session, password: reader.readBytes(), length: frame.length };
}

export function replyOf(frame: Buffer): Reply {
  const body = new JuteReader(frame);
  return { xid: body.readInt(), zxid: body.readLong(), err: body.readInt(), body };
}
