import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { FastifyInstance } from "fastify";

export interface ReceivedEvent {
  readonly type: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

const DEADLINE_MS = 20_000;

/** A client of an event stream that reads as the standard says: fields, blank lines, the last id. */
export class EventSource implements Disposable {
  readonly events: ReceivedEvent[] = [];
  readonly comments: string[] = [];
  lastEventId = "";
  retryMs = 0;
  isEnded = false;
  readonly #answer: IncomingMessage;
  #rest = "";
  #event = { type: "", data: "" };

  private constructor(answer: IncomingMessage) {
    this.#answer = answer;
    answer.setEncoding("utf8");
    answer.on("data", (text: string) => this.#read(text));
    answer.on("close", () => {
      this.isEnded = true;
    });
    answer.on("error", () => answer.destroy());
  }

  /** Answers with the body's text where it is no stream. */
  static async open(
    server: FastifyInstance,
    query: string,
    headers: Record<string, string> = {},
  ): Promise<EventSource> {
    const answer = await EventSource.ask(server, query, headers);
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    return new EventSource(answer);
  }

  static async ask(
    server: FastifyInstance,
    query: string,
    headers: Record<string, string> = {},
  ): Promise<IncomingMessage> {
    const { port } = server.server.address() as { port: number };
    const asked = request({ port, host: "127.0.0.1", path: `/v1/watch?${query}`, headers });
    asked.end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    return answer;
  }

  /** Of the events so far. */
  get ids(): readonly string[] {
    return this.events.map(({ id }) => id);
  }

  /** Takes nothing more until `resume`. */
  pause(): void {
    this.#answer.pause();
  }

  resume(): void {
    this.#answer.resume();
  }

  async until(holds: () => boolean): Promise<void> {
    const endMs = performance.now() + DEADLINE_MS;
    while (!holds()) {
      if (performance.now() > endMs) {
        throw new Error(`it did not come; there are ${JSON.stringify(this.events.slice(-5))}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  untilCount(count: number): Promise<void> {
    return this.until(() => this.events.length >= count);
  }

  untilEnded(): Promise<void> {
    return this.until(() => this.isEnded);
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#readLine(line);
  }

  #readLine(line: string): void {
    if (line === "") {
      const { type, data } = this.#event;
      this.#event = { type: "", data: "" };
      if (data !== "") this.events.push({ type, id: this.lastEventId, data: JSON.parse(data) });
      return;
    }
    const [, field = "", value = ""] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (field === "") this.comments.push(value);
    else if (field === "id") this.lastEventId = value;
    else if (field === "retry") this.retryMs = Number(value);
    else if (field === "event") this.#event.type = value;
    else if (field === "data") this.#event.data += value;
  }

  [Symbol.dispose](): void {
    this.#answer.destroy();
  }
}
