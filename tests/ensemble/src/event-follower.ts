import { request } from "node:http";

export interface FollowedEvent {
  readonly id: string;
  readonly payload: string;
}

const RETRY_MS = 50;

/**
 * A client of event streams as users write one: it follows everything, and when its stream ends, whatever the reason,
 * it goes on with the next gateway and the id that it has seen last.
 */
export class EventFollower {
  readonly events: FollowedEvent[] = [];
  /** Why streams ended that a gateway ended by itself: `slow`, `gap`, `closing`. */
  readonly ends: string[] = [];
  /** Answers other than a stream; a stopped gateway gives none. */
  readonly refusals: string[] = [];
  streams = 0;
  readonly #urls: readonly string[];
  #lastEventId: string;
  #isStopped = false;
  #abort = new AbortController();
  readonly #loop: Promise<void>;

  /** Begins at the n-th gateway. */
  constructor(urls: readonly string[], begin: number, lastEventId: string) {
    this.#urls = urls;
    this.#lastEventId = lastEventId;
    this.#loop = this.#run(begin);
  }

  /** The events as messages of the stream in JetStream. */
  get messages() {
    return this.events.map(({ id, payload }) => ({ payload, headers: { "Nats-Msg-Id": id } }));
  }

  /** Its connection breaks now, as a network's does. */
  cut(): void {
    this.#abort.abort();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.cut();
    await this.#loop;
  }

  async #run(begin: number): Promise<void> {
    for (let turn = begin; !this.#isStopped; turn += 1) {
      const url = this.#urls[turn % this.#urls.length];
      if (url === undefined) throw new RangeError("no gateways");
      await this.#follow(url);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  #follow(url: string): Promise<void> {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const headers = { "last-event-id": this.#lastEventId };
    return new Promise((resolve) => {
      const asked = request(`${url}/v1/watch?path=/&recursive=true`, { headers, signal });
      asked.once("error", () => resolve());
      asked.once("response", (answer) => {
        let rest = "";
        answer.setEncoding("utf8");
        answer.on("data", (text: string) => {
          const blocks = (rest + text).split("\n\n");
          rest = blocks.pop() ?? "";
          if (answer.statusCode === 200) for (const block of blocks) this.#read(block);
        });
        answer.once("error", () => resolve());
        answer.once("close", () => {
          if (answer.statusCode === 200) this.streams += 1;
          else this.refusals.push(`${answer.statusCode} ${rest}`);
          resolve();
        });
      });
      asked.end();
    });
  }

  #read(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
    const [id, type, payload] = [field("id"), field("event"), field("data")];
    if (id !== undefined) this.#lastEventId = id;
    if (type === undefined || payload === undefined || id === undefined) return;
    if (type.startsWith("Node")) this.events.push({ id, payload });
    else this.ends.push(type);
  }
}
