import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Bytes that may be in use at one time, over all connections. */
export class ByteBudget {
  readonly #bytesMax: number;
  #usedBytes = 0;
  /** What each open connection holds. */
  readonly #held = new WeakMap<Socket, number>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * Takes the bytes if there is room for them, until the response is done or its connection is
   * gone: a response that waits behind another one does not hear of its connection's end.
   */
  maybeTake(bytes: number, socket: Socket, response: ServerResponse): boolean {
    if (socket.destroyed) return true;
    if (this.#usedBytes + bytes > this.#bytesMax) return false;
    const held = this.#held.get(socket);
    if (held === undefined) socket.once("close", () => this.#giveBackAll(socket));
    this.#held.set(socket, (held ?? 0) + bytes);
    this.#usedBytes += bytes;
    response.once("close", () => this.#giveBack(bytes, socket));
    return true;
  }

  #giveBack(bytes: number, socket: Socket): void {
    const held = this.#held.get(socket);
    if (held === undefined) return;
    this.#held.set(socket, held - bytes);
    this.#usedBytes -= bytes;
  }

  #giveBackAll(socket: Socket): void {
    this.#usedBytes -= this.#held.get(socket) ?? 0;
    this.#held.delete(socket);
  }
}
