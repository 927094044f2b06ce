import {
  type Advice,
  ELECTION_TIMES_DEFAULT,
  FastLeaderElection,
  type Notification,
  type ReplicaState,
} from "../../src/election/index.ts";
import type { ServerId } from "../../src/index.ts";

export interface Message {
  readonly to: ServerId;
  readonly notification: Notification;
}

/** Electors 1 … n around one network, driven by hand. A killed one is silent and deaf. */
export class Electors {
  readonly ids: readonly ServerId[];
  readonly #electors = new Map<ServerId, FastLeaderElection>();
  readonly #onSend: (notification: Notification) => void;
  readonly #onAdvice: (self: ServerId, advice: Advice) => void;
  readonly #onQuestion: (self: ServerId) => void;
  /** Messages under way, oldest first. */
  inFlight: Message[] = [];

  constructor(
    count: number,
    hooks: {
      readonly onSend?: (notification: Notification) => void;
      readonly onAdvice: (self: ServerId, advice: Advice) => void;
      /** An elector asks its replica to report. */
      readonly onQuestion?: (self: ServerId) => void;
    },
  ) {
    this.ids = Array.from({ length: count }, (_, i) => (i + 1) as ServerId);
    this.#onSend = hooks.onSend ?? (() => undefined);
    this.#onAdvice = hooks.onAdvice;
    this.#onQuestion = hooks.onQuestion ?? (() => undefined);
    for (const id of this.ids) this.restart(id);
  }

  restart(id: ServerId): void {
    const config = { self: id, voters: this.ids, ...ELECTION_TIMES_DEFAULT };
    this.#electors.set(id, new FastLeaderElection(config));
  }

  kill(id: ServerId): void {
    this.#electors.delete(id);
  }

  statusOf(id: ServerId): string {
    return this.#electors.get(id)?.status ?? "dead";
  }

  report(id: ServerId, state: ReplicaState): void {
    this.#electors.get(id)?.replicaState(state);
    this.#collect(id);
  }

  tick(id: ServerId): void {
    this.#electors.get(id)?.tick();
    this.#collect(id);
  }

  /** Delivers the oldest message under way; false when there is none. */
  deliverOne(isLost: (message: Message) => boolean = () => false): boolean {
    const message = this.inFlight.shift();
    if (message === undefined) return false;
    if (isLost(message)) return true;
    this.#electors.get(message.to)?.step(message.notification);
    this.#collect(message.to);
    return true;
  }

  #collect(id: ServerId): void {
    const elector = this.#electors.get(id);
    if (elector?.hasReady() !== true) return;
    const { notification, advice, question } = elector.takeReady();
    if (notification !== undefined) {
      this.#onSend(notification);
      for (const to of this.ids) if (to !== id) this.inFlight.push({ to, notification });
    }
    if (advice !== undefined) this.#onAdvice(id, advice);
    if (question) this.#onQuestion(id);
  }
}
