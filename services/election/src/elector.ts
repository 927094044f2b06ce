import type { Bus, Subjects } from "@meerkat/bus";
import type { Logger } from "@meerkat/telemetry";
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

/** An idle elector wakes up so many times less often, and then counts as many ticks at once. */
const IDLE_STEP_TICKS = 5;

/** One elector on its own connection: feeds the election what arrives, sends what comes of it. */
export class Elector {
  readonly self: ServerId;
  readonly #bus: Bus;
  readonly #transport: ElectionTransport;
  readonly #election: FastLeaderElection;
  readonly #logger: Logger;
  readonly #tickMs: number;
  #timer: NodeJS.Timeout;
  #stepTicks = 1;
  #said = "";

  constructor(options: ElectorOptions) {
    const { bus, subjects, election, incarnation, logger, tickMs } = options;
    const { self } = election;
    this.self = self;
    this.#bus = bus;
    this.#logger = logger;
    this.#tickMs = tickMs;
    this.#election = new FastLeaderElection(election);
    this.#transport = new ElectionTransport({
      bus,
      subjects,
      self,
      incarnation,
      onProblem: (sentence) => logger.error({ server: self }, sentence),
    });
    this.#transport.listen({
      onNotification: (notification) => {
        this.#election.step(notification);
        this.#drain();
      },
      onReplicaState: (state) => {
        this.#election.replicaState(state);
        this.#drain();
      },
    });
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** What it does or waits for, in a sentence. */
  get status(): string {
    return this.#election.status;
  }

  get connected(): boolean {
    return this.#bus.connected;
  }

  get received(): ReceiveCounters {
    return this.#transport.received;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#transport.close();
    await this.#bus.close();
  }

  #tick(): void {
    this.#election.tick(this.#stepTicks);
    this.#drain();
    this.#saySomethingNew();
  }

  #drain(): void {
    while (this.#election.hasReady()) {
      const { notification, advice } = this.#election.takeReady();
      if (notification !== undefined) this.#transport.notify(notification);
      if (advice !== undefined) this.#transport.advise(advice);
    }
    this.#adaptSteps();
  }

  /** Most of its life an elector waits; then it need not wake up every 10 ms. */
  #adaptSteps(): void {
    const stepTicks = this.#election.idle ? IDLE_STEP_TICKS : 1;
    if (stepTicks === this.#stepTicks) return;
    this.#stepTicks = stepTicks;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), stepTicks * this.#tickMs);
  }

  /** One line per change, at most one per tick: what happened in between is over already. */
  #saySomethingNew(): void {
    const { status } = this.#election;
    if (status === this.#said) return;
    this.#said = status;
    this.#logger.info({ server: this.self, round: this.#election.round }, status);
  }
}
