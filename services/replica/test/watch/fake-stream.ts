import {
  type OrderedStream,
  type StreamEnd,
  type StreamMessage,
  type StreamProblem,
  StreamUnavailable,
  type Trimmed,
} from "@meerkat/bus";

/** A stream in memory, which can fail in every way that a real one can. */
export class FakeStream implements OrderedStream {
  stored: StreamMessage[] = [];
  readonly announced: StreamMessage[] = [];
  /** What every call comes to, until it is undefined again. */
  problem: StreamProblem | undefined;
  /** Stores, and tells nobody. */
  holdsAnswers = false;
  inFlight = 0;
  trims = 0;
  opened = 0;
  /** Messages that have expired. */
  #expired = 0;
  #held: (() => void)[] = [];

  get ids(): readonly string[] {
    return this.stored.map(({ id }) => id);
  }

  async open(): Promise<StreamEnd> {
    this.opened += 1;
    await this.#answer();
    return { sequence: this.#expired + this.stored.length, lastId: this.stored.at(-1)?.id };
  }

  async append(messages: readonly StreamMessage[], after: number): Promise<void> {
    const end = this.#expired + this.stored.length;
    const mayStore = this.problem === undefined && after === end;
    if (mayStore) this.stored.push(...messages);
    this.inFlight += 1;
    await this.#answer();
    this.inFlight -= 1;
    if (!mayStore) throw new StreamUnavailable("moved", `the stream ends at ${end}`);
  }

  announce(message: StreamMessage): void {
    this.announced.push(message);
  }

  async trim(): Promise<Trimmed> {
    this.trims += 1;
    await this.#answer();
    return { hasMore: false, urgency: 0 };
  }

  /** As after a loss of power: the last ones were never on the disk. */
  lose(count: number): void {
    this.stored.splice(-count);
  }

  expireAll(): void {
    this.#expired += this.stored.length;
    this.stored = [];
  }

  release(): void {
    this.holdsAnswers = false;
    for (const answer of this.#held.splice(0)) answer();
  }

  async #answer(): Promise<void> {
    if (this.holdsAnswers) await new Promise<void>((resolve) => this.#held.push(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    if (this.problem !== undefined) throw new StreamUnavailable(this.problem, "as the test wants");
  }
}
