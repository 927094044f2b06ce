import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const OPEN_DEADLINE_MS = 10_000;
const POLL_MS = 20;

/** Environment of a process whose inspector shall not collide with its neighbours' when it opens. */
export const INSPECTABLE: Readonly<Record<string, string>> = { NODE_OPTIONS: "--inspect-port=0" };

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/**
 * V8's inspector of a process that runs without one: SIGUSR1 opens it, so that nothing of it is
 * there, and costs, until something is asked.
 */
export class Inspector implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#onMessage(String(data)));
    socket.addEventListener("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the inspector closed"));
    });
  }

  /** @param logFile where the process's stderr goes: it says there where its inspector listens. */
  static async open(pid: number, logFile: string): Promise<Inspector> {
    const known = urlsIn(logFile).length;
    process.kill(pid, "SIGUSR1");
    const endMs = performance.now() + OPEN_DEADLINE_MS;
    while (urlsIn(logFile).length === known) {
      if (performance.now() > endMs) throw new Error(`process ${pid} opens no inspector`);
      await sleep(POLL_MS);
    }
    const socket = new WebSocket(urlsIn(logFile).at(-1) ?? "");
    const inspector = new Inspector(socket);
    await once(socket, "open");
    return inspector;
  }

  /** @throws Error with the message that the inspector gives. */
  ask(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    this.#lastId += 1;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#lastId, waiting);
    this.#socket.send(JSON.stringify({ id: this.#lastId, method, params }));
    return waiting.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }

  #onMessage(text: string): void {
    const { id, result, error } = JSON.parse(text) as Answer;
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Error(error.message));
  }
}

function urlsIn(logFile: string): string[] {
  const log = readFileSync(logFile, "utf8");
  return [...log.matchAll(/^Debugger listening on (ws:\S+)/gm)].map((match) => match[1] ?? "");
}
