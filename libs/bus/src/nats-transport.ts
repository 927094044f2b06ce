import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";

/** As much as one read takes from the kernel: a large batch whole, so that the client need not put it together. */
const READ_BYTES_MAX = 256 * 1024;

type Chunk = IteratorResult<Uint8Array, undefined>;

/**
 * The client's own way to a server, without what Node's streams do for each read and write: a process
 * with little to do wakes up for each message, and then most of its time went there. All reads share
 * one buffer, and what arrives is copied out of it: 64 KB for each read, most of them unused, had the
 * garbage collector at work. A connection with TLS is left as it is.
 */
export class NatsTransport extends NodeTransport {
  #isPlain = false;
  #reader: ((chunk: Chunk) => void) | undefined;

  override async dial(to: { hostname: string; port: number }): Promise<Socket> {
    const socket = createConnection({
      host: to.hostname,
      port: to.port,
      noDelay: true,
      onread: {
        buffer: new Uint8Array(READ_BYTES_MAX),
        callback: (length, buffer) => {
          const bytes = buffer.slice(0, length);
          if (this.#isPlain) this.#receive(bytes);
          else socket.emit("data", bytes);
          return true;
        },
      },
    });
    await once(socket, "connect");
    return socket;
  }

  override setupHandlers(): void {
    super.setupHandlers();
    this.#isPlain = !this.isEncrypted();
  }

  override iterate(): AsyncIterableIterator<Uint8Array> {
    if (!this.#isPlain) return super.iterate();
    const chunks: AsyncIterableIterator<Uint8Array> = {
      next: () => this.#next(),
      [Symbol.asyncIterator]: () => chunks,
    };
    return chunks;
  }

  /** What cannot be written is lost, as anything may be: the client notices by its next read or ping. */
  override send(frame: Uint8Array): void {
    if (this.#isPlain && !this.isClosed) this.socket.write(frame);
    else super.send(frame);
  }

  #receive(bytes: Uint8Array): void {
    if (this.isClosed) return;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.yields.push(bytes);
    else reader({ value: bytes, done: false });
  }

  #next(): Promise<Chunk> {
    if (this.isClosed) return Promise.resolve({ value: undefined, done: true });
    const value = this.yields.shift();
    if (value !== undefined) return Promise.resolve({ value, done: false });
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }
}
