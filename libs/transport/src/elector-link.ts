import type { Bus, Subjects, Subscription } from "@meerkat/bus";
import { type Incarnation, invariant, type PeerStatus, type ServerId } from "@meerkat/zab";
import {
  type AdviceEnvelope,
  decodeAdvice,
  decodeQuestion,
  encodeReplicaState,
} from "./election-codec.ts";
import { newReceiveCounters, type ReceiveCounters } from "./receive-counters.ts";
import { MalformedMessage } from "./wire/malformed-message.ts";

export interface ElectorLinkOptions {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly self: ServerId;
  /** This run of the replica. */
  readonly incarnation: Incarnation;
}

export interface ElectorHandlers {
  /**
   * Hears each round's advice until it answers true: "I acted on it". An elector repeats itself,
   * and what was tried once must not be tried again because of an echo.
   */
  readonly onAdvice: (leader: ServerId) => boolean;
  /** The elector wants to know now how the replica is. */
  readonly onQuestion: () => void;
}

/** A replica's side of the election subjects: it says how it is and hears whom to follow. */
export class ElectorLink {
  readonly received: ReceiveCounters = newReceiveCounters();
  readonly #options: ElectorLinkOptions;
  readonly #stateSubject: string;
  #subscriptions: readonly Subscription[] = [];
  #followed: { readonly elector: Incarnation; readonly round: number } | undefined;

  constructor(options: ElectorLinkOptions) {
    this.#options = options;
    this.#stateSubject = options.subjects.electionState(options.self);
  }

  /**
   * To be called at each change of the status, at each tick while LOOKING, when the elector asks, and
   * every `CLAIM_REPORT_TICKS`: an elector that hears nothing stays silent.
   */
  report(status: PeerStatus): void {
    const { bus, incarnation } = this.#options;
    const { serverState, epoch, lastZxid, leader, established, voice } = status;
    const state = { incarnation, serverState, epoch, lastZxid, leader, established, voice };
    bus.publish(this.#stateSubject, encodeReplicaState(state));
  }

  listen({ onAdvice, onQuestion }: ElectorHandlers): void {
    invariant(this.#subscriptions.length === 0, "a link listens once");
    const { bus, subjects, self } = this.#options;
    this.#subscriptions = [
      bus.subscribe(subjects.electionAdvice(self), (bytes) =>
        this.#guard(() => {
          const envelope = decodeAdvice(bytes);
          if (this.#isOld(envelope)) return;
          const { elector, advice } = envelope;
          if (onAdvice(advice.leader)) this.#followed = { elector, round: advice.round };
        }),
      ),
      bus.subscribe(subjects.electionAsk(self), (bytes) =>
        this.#guard(() => {
          decodeQuestion(bytes);
          onQuestion();
        }),
      ),
    ];
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
  }

  #guard(receive: () => void): void {
    try {
      receive();
    } catch (cause) {
      if (!(cause instanceof MalformedMessage)) throw cause;
      this.received.malformed += 1;
    }
  }

  #isOld({ elector, advice }: AdviceEnvelope): boolean {
    const forAnother = advice.incarnation !== this.#options.incarnation;
    const followed = this.#followed;
    // Another run of the elector counts its rounds anew.
    const done =
      followed !== undefined && elector === followed.elector && advice.round <= followed.round;
    if (forAnother || done) this.received.stale += 1;
    return forAnother || done;
  }
}
