import type { Bus, Subjects, Subscription } from "@meerkat/bus";
import { type Incarnation, invariant, type PeerStatus, type ServerId } from "@meerkat/zab";
import { type AdviceEnvelope, decodeAdvice, encodeReplicaState } from "./election-codec.ts";
import { newReceiveCounters, type ReceiveCounters } from "./receive-counters.ts";
import { MalformedMessage } from "./wire/malformed-message.ts";

export interface ElectorLinkOptions {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly self: ServerId;
  /** This run of the replica. */
  readonly incarnation: Incarnation;
}

/** A replica's side of the election subjects: it says how it is and hears whom to follow. */
export class ElectorLink {
  readonly received: ReceiveCounters = newReceiveCounters();
  readonly #options: ElectorLinkOptions;
  readonly #stateSubject: string;
  #subscription: Subscription | undefined;
  #followed: { readonly elector: Incarnation; readonly round: number } | undefined;

  constructor(options: ElectorLinkOptions) {
    this.#options = options;
    this.#stateSubject = options.subjects.electionState(options.self);
  }

  /** To be called at each change of the status and at each tick: an elector that hears nothing stays silent. */
  report(status: PeerStatus): void {
    const { bus, incarnation } = this.#options;
    const { serverState, epoch, lastZxid, leader, established, voice } = status;
    const state = { incarnation, serverState, epoch, lastZxid, leader, established, voice };
    bus.publish(this.#stateSubject, encodeReplicaState(state));
  }

  /**
   * The handler hears each round's advice until it answers true: "I acted on it". An elector
   * repeats itself, and what was tried once must not be tried again because of an echo.
   */
  onAdvice(handler: (leader: ServerId) => boolean): void {
    invariant(this.#subscription === undefined, "a link has one handler");
    const { bus, subjects, self } = this.#options;
    this.#subscription = bus.subscribe(subjects.electionAdvice(self), (bytes) => {
      const envelope = this.#decode(bytes);
      if (envelope === undefined || this.#isOld(envelope)) return;
      const { elector, advice } = envelope;
      if (handler(advice.leader)) this.#followed = { elector, round: advice.round };
    });
  }

  close(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  #decode(bytes: Uint8Array): AdviceEnvelope | undefined {
    try {
      return decodeAdvice(bytes);
    } catch (cause) {
      if (!(cause instanceof MalformedMessage)) throw cause;
      this.received.malformed += 1;
      return undefined;
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
