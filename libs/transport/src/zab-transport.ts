import type { Bus, Subjects, Subscription } from "@meerkat/bus";
import {
  type Envelope,
  type Incarnation,
  invariant,
  type ServerId,
  VOTER_ID_MAX,
} from "@meerkat/zab";
import { IncarnationFilter } from "./incarnation-filter.ts";
import { decodeEnvelope, encodeEnvelope } from "./packets/envelope-codec.ts";
import { newReceiveCounters, type ReceiveCounters } from "./receive-counters.ts";
import { MalformedMessage } from "./wire/malformed-message.ts";

export interface ZabTransportOptions {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly self: ServerId;
  readonly observer: boolean;
  /** A sentence about something that a person should look at, at most once per cause. */
  readonly onProblem?: (sentence: string) => void;
}

/**
 * Packets on their subjects. What is sent in one turn of the event loop leaves together, in the
 * order of the calls; what arrives is handed on in the order of its sender, with gaps where the
 * network lost something.
 */
export class ZabTransport {
  readonly received: ReceiveCounters = newReceiveCounters();
  readonly #bus: Bus;
  readonly #subjects: Subjects;
  readonly #self: ServerId;
  readonly #isObserver: boolean;
  readonly #onProblem: (sentence: string) => void;
  readonly #incarnations = new IncarnationFilter();
  readonly #peerSubjects = new Map<ServerId, string>();
  #subscriptions: Subscription[] = [];
  #acks: Subscription | undefined;
  #handler: (envelope: Envelope) => void = () => undefined;
  #impostor: Incarnation | undefined;

  constructor(options: ZabTransportOptions) {
    this.#bus = options.bus;
    this.#subjects = options.subjects;
    this.#self = options.self;
    this.#isObserver = options.observer;
    this.#onProblem = options.onProblem ?? (() => undefined);
  }

  /** Starts listening; a voter to the acks as well. */
  onEnvelope(handler: (envelope: Envelope) => void): void {
    invariant(this.#subscriptions.length === 0, "a transport has one handler");
    this.#handler = handler;
    const { zabProposal, zabInform, zabCommit } = this.#subjects;
    const batches = this.#isObserver ? zabInform : zabProposal;
    const filters = [batches, zabCommit, this.#subjects.zabPeer(this.#self)];
    this.#subscriptions = filters.map((filter) => this.#subscribe(filter));
    if (!this.#isObserver) this.#subscriptions.push(this.#subscribeToObservers());
    this.hearAcks(!this.#isObserver);
  }

  /**
   * Leaders count the voters' acks. A follower that is up to date need not hear them:
   * with each batch and heartbeat they would wake it once per other voter.
   */
  hearAcks(wanted: boolean): void {
    if (wanted === (this.#acks !== undefined)) return;
    this.#acks?.unsubscribe();
    this.#acks = wanted ? this.#subscribe(this.#subjects.zabAck) : undefined;
  }

  /** @throws PayloadTooLarge when a batch or chunk was not bounded (see requiredMaxPayloadBytes) */
  send(envelope: Envelope): void {
    this.#bus.publish(this.#subjectFor(envelope), encodeEnvelope(envelope));
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
    this.hearAcks(false);
  }

  #subscribe(filter: string): Subscription {
    return this.#bus.subscribe(filter, (bytes) => {
      const envelope = this.#decode(bytes);
      if (envelope !== undefined) this.#receive(envelope);
    });
  }

  /** Gateways may publish here and not where voters speak: none of them can vote or acknowledge. */
  #subscribeToObservers(): Subscription {
    return this.#bus.subscribe(this.#subjects.zabObserver(this.#self), (bytes) => {
      const envelope = this.#decode(bytes);
      if (envelope === undefined) return;
      if (envelope.from > VOTER_ID_MAX) this.#receive(envelope);
      else this.received.forged += 1;
    });
  }

  #subjectFor({ to }: Envelope): string {
    switch (to) {
      case "voters":
        return this.#subjects.zabAck;
      case "followers":
        return this.#subjects.zabProposal;
      case "observers":
        return this.#subjects.zabInform;
      case "learners":
        return this.#subjects.zabCommit;
      default:
        return this.#peerSubject(to);
    }
  }

  #peerSubject(id: ServerId): string {
    let subject = this.#peerSubjects.get(id);
    if (subject === undefined) {
      subject = this.#isObserver ? this.#subjects.zabObserver(id) : this.#subjects.zabPeer(id);
      this.#peerSubjects.set(id, subject);
    }
    return subject;
  }

  #receive(envelope: Envelope): void {
    const { from, incarnation, to } = envelope;
    if (from === this.#self) {
      this.#reportImpostor(incarnation);
      return;
    }
    if (!this.#incarnations.admits(from, incarnation)) {
      this.received.stale += 1;
      return;
    }
    if (typeof to === "number" && to !== this.#self) {
      this.received.malformed += 1;
      return;
    }
    this.#handler(envelope);
  }

  #decode(bytes: Uint8Array): Envelope | undefined {
    try {
      return decodeEnvelope(bytes);
    } catch (cause) {
      if (!(cause instanceof MalformedMessage)) throw cause;
      this.received.malformed += 1;
      if (this.received.malformed === 1) {
        this.#onProblem(
          `Dropped a message that is no ZAB packet of this version (${cause.message})`,
        );
      }
      return undefined;
    }
  }

  /** The bus does not let us hear ourselves, so this is somebody else. */
  #reportImpostor(incarnation: Incarnation): void {
    this.received.impostor += 1;
    if (this.#impostor === incarnation) return;
    this.#impostor = incarnation;
    this.#onProblem(
      `Another process runs as server ${this.#self} of this ensemble: give each server an id of its own.`,
    );
  }
}
