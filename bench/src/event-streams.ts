import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Connections are opened so many at a time: a listening socket keeps only some that wait. */
const AT_A_TIME = 64;
const EVENT = "\nevent: Node";

/**
 * Many subscribers of one gateway, as cheap as a client can be: each is a socket that only counts the
 * events that come.
 */
export class EventStreams {
  readonly #sockets: Socket[] = [];
  /** When each event came, ms of `performance.now()`. */
  #arrivals: number[] = [];

  /** `pathOf` says what the n-th subscriber watches. */
  static async open(
    url: string,
    count: number,
    pathOf: (n: number) => string,
  ): Promise<EventStreams> {
    const streams = new EventStreams();
    for (let n = 0; n < count; n += AT_A_TIME) {
      const some = Array.from({ length: Math.min(AT_A_TIME, count - n) }, (_, i) => n + i);
      await Promise.all(some.map((one) => streams.#open(url, pathOf(one))));
    }
    return streams;
  }

  get arrivals(): readonly number[] {
    return this.#arrivals;
  }

  forgetArrivals(): void {
    this.#arrivals = [];
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open(url: string, path: string): Promise<void> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.setEncoding("latin1");
    await once(socket, "connect");
    socket.write(`GET /v1/watch?path=${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
    const [head] = (await once(socket, "data")) as [string];
    if (!head.startsWith("HTTP/1.1 200")) throw new Error(`no stream: ${head.slice(0, 400)}`);
    this.#sockets.push(socket);
    // Whatever ends a stream ends the benchmark: events would be missing.
    socket.on("end", () => socket.destroy(new Error("the gateway ended a stream")));
    socket.on("data", (text: string) => {
      for (let at = text.indexOf(EVENT); at >= 0; at = text.indexOf(EVENT, at + 1)) {
        this.#arrivals.push(performance.now());
      }
    });
  }
}
