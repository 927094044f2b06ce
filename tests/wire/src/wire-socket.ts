import { connect, type Socket } from "node:net";

/** A TCP connection of which one waits for something to happen, with a deadline. */
export class WireSocket {
  readonly #socket: Socket;
  readonly #onBytes: (bytes: Uint8Array) => void;
  readonly #waiting = new Set<() => void>();
  #closed = false;

  private constructor(socket: Socket, onBytes: (bytes: Uint8Array) => void) {
    this.#socket = socket;
    this.#onBytes = onBytes;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      this.#onBytes(bytes);
      this.#wake();
    });
    // A reset is as good an end as any: servers close with bytes of ours unread.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
  }

  static open(
    host: string,
    port: number,
    onBytes: (bytes: Uint8Array) => void,
  ): Promise<WireSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new WireSocket(socket, onBytes));
      });
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  write(bytes: Uint8Array): void {
    if (!this.#closed) this.#socket.write(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Waits until `isThere` or the connection is closed; false at the deadline. */
  async until(isThere: () => boolean, deadlineMs: number): Promise<boolean> {
    const endMs = Date.now() + deadlineMs;
    while (!isThere() && !this.#closed) {
      const leftMs = endMs - Date.now();
      if (leftMs <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return true;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
