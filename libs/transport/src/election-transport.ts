import type { Bus, Subjects, Subscription } from "@meerkat/bus";
import { type Incarnation, invariant, type ServerId } from "@meerkat/zab";
import type { Advice, Notification, ReplicaState } from "@meerkat/zab/election";
import {
  decodeNotification,
  decodeReplicaState,
  encodeAdvice,
  encodeNotification,
  encodeQuestion,
} from "./election-codec.ts";
import { IncarnationFilter } from "./incarnation-filter.ts";
import { newReceiveCounters, type ReceiveCounters } from "./receive-counters.ts";
import { MalformedMessage } from "./wire/malformed-message.ts";

export interface ElectionTransportOptions {
  readonly bus: Bus;
  readonly subjects: Subjects;
  /** The replica that this elector speaks for. */
  readonly self: ServerId;
  /** This run of the elector. */
  readonly incarnation: Incarnation;
  readonly onProblem?: (sentence: string) => void;
}

export interface ElectionHandlers {
  readonly onNotification: (notification: Notification) => void;
  readonly onReplicaState: (state: ReplicaState) => void;
}

/** An elector's side of the election subjects. */
export class ElectionTransport {
  readonly received: ReceiveCounters = newReceiveCounters();
  readonly #options: ElectionTransportOptions;
  readonly #incarnations = new IncarnationFilter();
  readonly #adviceSubject: string;
  readonly #askSubject: string;
  #subscriptions: readonly Subscription[] = [];
  #impostor: Incarnation | undefined;

  constructor(options: ElectionTransportOptions) {
    this.#options = options;
    this.#adviceSubject = options.subjects.electionAdvice(options.self);
    this.#askSubject = options.subjects.electionAsk(options.self);
  }

  listen(handlers: ElectionHandlers): void {
    invariant(this.#subscriptions.length === 0, "a transport listens once");
    const { bus, subjects, self } = this.#options;
    this.#subscriptions = [
      bus.subscribe(subjects.electionVote, (bytes) =>
        this.#guard(() => this.#receiveNotification(bytes, handlers)),
      ),
      bus.subscribe(subjects.electionState(self), (bytes) =>
        this.#guard(() => handlers.onReplicaState(decodeReplicaState(bytes))),
      ),
    ];
  }

  notify(notification: Notification): void {
    const { bus, subjects, incarnation } = this.#options;
    bus.publish(subjects.electionVote, encodeNotification({ incarnation, notification }));
  }

  advise(advice: Advice): void {
    const { bus, incarnation } = this.#options;
    bus.publish(this.#adviceSubject, encodeAdvice({ elector: incarnation, advice }));
  }

  /** The replica, if it is there, answers with its state. */
  ask(): void {
    this.#options.bus.publish(this.#askSubject, encodeQuestion());
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
  }

  #receiveNotification(bytes: Uint8Array, handlers: ElectionHandlers): void {
    const { incarnation, notification } = decodeNotification(bytes);
    if (notification.from === this.#options.self) {
      this.#reportImpostor(incarnation);
      return;
    }
    if (!this.#incarnations.admits(notification.from, incarnation)) {
      this.received.stale += 1;
      return;
    }
    handlers.onNotification(notification);
  }

  #guard(receive: () => void): void {
    try {
      receive();
    } catch (cause) {
      if (!(cause instanceof MalformedMessage)) throw cause;
      this.received.malformed += 1;
    }
  }

  #reportImpostor(incarnation: Incarnation): void {
    this.received.impostor += 1;
    if (this.#impostor === incarnation) return;
    this.#impostor = incarnation;
    this.#options.onProblem?.(
      `Another elector runs for server ${this.#options.self} of this ensemble: give each its own id.`,
    );
  }
}
