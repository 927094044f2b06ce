import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Outlet } from "../watch/subscriber.ts";
import type { WatchFeed } from "../watch/watch-feed.ts";

/** Connections that have become streams. */
const streaming = new WeakSet<Socket>();
const NOTHING = new Uint8Array(0);

/**
 * A stream is the last answer on its connection. Whoever sends more requests would have them done, and their answers
 * kept for ever.
 */
export function endTalkingStreams(server: FastifyInstance, watch: WatchFeed): void {
  server.addHook("onRequest", (request, reply, done) => {
    if (watch.subscriberCount === 0 || !streaming.has(request.raw.socket)) {
      done();
      return;
    }
    reply.hijack();
    request.raw.socket.destroy();
  });
}

/**
 * An open response as a stream of events (text/event-stream). Its end is the connection's end, so that the body has no
 * chunks around it and goes to the socket as it is: one array of bytes for all subscribers.
 */
export class EventStream implements Outlet {
  readonly #response: ServerResponse;
  readonly #socket: Socket;

  /** The response must have its turn on the connection (`response.socket`). */
  constructor(response: ServerResponse, socket: Socket) {
    this.#response = response;
    this.#socket = socket;
  }

  /** Sends the head. A client that takes nothing for `idleTimeoutMs` is gone. */
  open(headers: Readonly<Record<string, string>>, idleTimeoutMs: number): void {
    const response = this.#response;
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
    response.writeHead(200, headers);
    response.flushHeaders();
    this.#socket.setTimeout(idleTimeoutMs);
    streaming.add(this.#socket);
  }

  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  write(frames: readonly Uint8Array[], taken: () => void): void {
    const socket = this.#socket;
    // Of a socket that is gone the response's `close` tells.
    if (!socket.writable) {
      process.nextTick(taken);
      return;
    }
    const [first = NOTHING] = frames;
    if (frames.length <= 1) {
      socket.write(first, taken);
      return;
    }
    socket.cork();
    const last = frames.length - 1;
    for (let at = 0; at < last; at += 1) socket.write(frames[at] ?? NOTHING);
    socket.write(frames[last] ?? NOTHING, taken);
    socket.uncork();
  }

  end(last: Uint8Array): void {
    if (!this.#socket.writable) return;
    this.#socket.write(last);
    this.#response.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
