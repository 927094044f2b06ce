import type { Bus, Subjects } from "@meerkat/bus";
import { type NatsFacts, Ticker } from "@meerkat/service";
import type { Logger } from "@meerkat/telemetry";
import type { Histogram } from "@meerkat/telemetry/metrics";
import { ElectionTransport, type ReceiveCounters } from "@meerkat/transport";
import type { Incarnation, ServerId } from "@meerkat/zab";
import { type ElectionConfig, FastLeaderElection } from "@meerkat/zab/election";

/** What is over sooner is a step on the way to something else. */
const LASTING_MS = 1_000;

export interface ElectorOptions {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly election: ElectionConfig;
  readonly tickMs: number;
  readonly incarnation: Incarnation;
  readonly logger: Logger;
}

/** One elector on its own connection: feeds the election what arrives, sends what comes of it. */
export class Elector {
  readonly self: ServerId;
  readonly #bus: Bus;
  readonly #transport: ElectionTransport;
  readonly #election: FastLeaderElection;
  readonly #logger: Logger;
  readonly #ticker: Ticker;
  #seen = "";
  /** Since what it does or waits for has changed … */
  #ticksSinceChange = 0;
  /** … of which it is said at level info when it has lasted for so many. */
  readonly #lastingTicks: number;
  /** How often what it does or waits for has changed. */
  changes = 0;

  constructor(options: ElectorOptions) {
    const { bus, subjects, election, incarnation, logger } = options;
    const { self } = election;
    this.self = self;
    this.#bus = bus;
    this.#logger = logger;
    this.#lastingTicks = Math.ceil(LASTING_MS / options.tickMs);
    this.#election = new FastLeaderElection(election);
    this.#transport = new ElectionTransport({
      bus,
      subjects,
      self,
      incarnation,
      onProblem: (sentence) => logger.error({ server: self }, sentence),
    });
    this.#transport.listen({
      onNotification: (notification) => this.#then(() => this.#election.step(notification)),
      onReplicaState: (state) => this.#then(() => this.#election.replicaState(state)),
    });
    // Most of its life an elector waits, and there is nothing to count but its replica's silence.
    this.#ticker = new Ticker({
      tickTimeMs: options.tickMs,
      onTicks: (count) => this.#onTicks(count),
      quietTicks: () => Math.min(this.#ticksToSay, this.#election.quietTicks),
    });
    this.#drain();
    this.#ticker.start();
  }

  /** What it does or waits for, in a sentence. */
  get status(): string {
    return this.#election.status;
  }

  get connected(): boolean {
    return this.#bus.connected;
  }

  get round(): number {
    return this.#election.round;
  }

  get nats(): NatsFacts {
    return this.#bus;
  }

  get tickDelayMs(): Histogram {
    return this.#ticker.delayMs;
  }

  get received(): ReceiveCounters {
    return this.#transport.received;
  }

  async stop(): Promise<void> {
    this.#ticker.stop();
    this.#transport.close();
    await this.#bus.close();
  }

  #then(event: () => void): void {
    this.#ticker.catchUp();
    event();
    this.#drain();
    this.#ticker.plan();
  }

  #onTicks(count: number): void {
    this.#election.tick(count);
    this.#drain();
    this.#say(count);
  }

  #drain(): void {
    while (this.#election.hasReady()) {
      const { notification, advice, question } = this.#election.takeReady();
      if (question) this.#transport.ask();
      if (notification !== undefined) this.#transport.notify(notification);
      if (advice !== undefined) this.#transport.advise(advice);
    }
  }

  /** Ticks until there is something to say; what is new is looked at in the next one. */
  get #ticksToSay(): number {
    if (this.#election.status !== this.#seen) return 0;
    const left = this.#lastingTicks - this.#ticksSinceChange;
    return left > 0 ? left - 1 : Number.POSITIVE_INFINITY;
  }

  /** Every change at level debug, and whom it waits for at level info, once it lasts. */
  #say(ticks: number): void {
    const { status, round } = this.#election;
    const fields = { server: this.self, round };
    if (status !== this.#seen) {
      this.#seen = status;
      this.changes += 1;
      this.#ticksSinceChange = 0;
      this.#logger.debug(fields, status);
      return;
    }
    const before = this.#ticksSinceChange;
    this.#ticksSinceChange = before + ticks;
    const isTime = before < this.#lastingTicks && this.#ticksSinceChange >= this.#lastingTicks;
    // Where there is a leader the replicas say so themselves.
    if (isTime && !this.#election.isSettled) this.#logger.info(fields, status);
  }
}
