import type { Bus, Subjects } from "@meerkat/bus";
import { type NatsFacts, Ticker } from "@meerkat/service";
import type { Logger } from "@meerkat/telemetry";
import type { Histogram } from "@meerkat/telemetry/metrics";
import { ElectionTransport, type ReceiveCounters } from "@meerkat/transport";
import type { Incarnation, ServerId } from "@meerkat/zab";
import { type ElectionConfig, FastLeaderElection } from "@meerkat/zab/election";

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
  #said = "";
  /** How often what it does or waits for has changed. */
  changes = 0;

  constructor(options: ElectorOptions) {
    const { bus, subjects, election, incarnation, logger } = options;
    const { self } = election;
    this.self = self;
    this.#bus = bus;
    this.#logger = logger;
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
      quietTicks: () => (this.#hasNews ? 0 : this.#election.quietTicks),
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
    this.#saySomethingNew();
  }

  #drain(): void {
    while (this.#election.hasReady()) {
      const { notification, advice, question } = this.#election.takeReady();
      if (question) this.#transport.ask();
      if (notification !== undefined) this.#transport.notify(notification);
      if (advice !== undefined) this.#transport.advise(advice);
    }
  }

  get #hasNews(): boolean {
    return this.#election.status !== this.#said;
  }

  /** One line per change, at most one per tick: what happened in between is over already. */
  #saySomethingNew(): void {
    const { status } = this.#election;
    if (status === this.#said) return;
    this.#said = status;
    this.changes += 1;
    this.#logger.info({ server: this.self, round: this.#election.round }, status);
  }
}
