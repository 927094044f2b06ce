import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** A client that says exactly what the test says, byte by byte. */
export class RawSocket implements Disposable {
  readonly socket: Socket;
  #received = "";

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#received += text;
    });
    // The server may close while the test still writes: `ended` and `received` tell.
    socket.on("error", () => socket.destroy());
  }

  static async open(server: FastifyInstance): Promise<RawSocket> {
    const { port } = server.server.address() as { port: number };
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new RawSocket(socket);
  }

  get received(): string {
    return this.#received;
  }

  write(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** Everything that came until the server closed the connection. */
  async untilClosed(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, "close");
    return this.#received;
  }

  async untilReceived(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) await once(this.socket, "data");
    return this.#received;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}
