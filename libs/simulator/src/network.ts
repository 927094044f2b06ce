import type { Clock } from "./clock.ts";
import type { NetworkOptions } from "./options.ts";
import type { Prng } from "./prng.ts";

/** Of a process: a server's id, or an elector's. */
export type Address = number;

/** The subjects that keep their order by themselves (see libs/bus). */
export const SUBJECTS = [
  "peer",
  "proposal",
  "inform",
  "commit",
  "ack",
  "request",
  "election",
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** Called when a message arrives. Whoever is dead by then does not hear it. */
export type Deliver<M> = (from: Address, to: Address, message: M) => void;

export interface NetworkCounts {
  sent: number;
  dropped: number;
  cut: number;
  delayed: number;
  duplicated: number;
}

/**
 * The wire, as bad as core NATS may be: what one process sends to another over one connection
 * keeps its order, but any message may be lost without a word, be late, or come twice, the second
 * time at any later moment. Cuts last until they are healed.
 */
export class Network<M> {
  readonly counts: NetworkCounts = { sent: 0, dropped: 0, cut: 0, delayed: 0, duplicated: 0 };
  /** Added to the probability of loss while a storm lasts. */
  storm = 0;
  readonly #clock: Clock;
  readonly #prng: Prng;
  readonly #deliver: Deliver<M>;
  #options: NetworkOptions;
  /** When the last message of a channel arrives: the next one is not earlier. */
  readonly #lastArrivalUs = new Map<number, number>();
  readonly #cuts = new Map<number, ReadonlySet<number>>();
  #nextCut = 1;

  constructor(clock: Clock, prng: Prng, options: NetworkOptions, deliver: Deliver<M>) {
    this.#clock = clock;
    this.#prng = prng;
    this.#options = options;
    this.#deliver = deliver;
  }

  send(from: Address, to: Address, subject: Subject, message: M): void {
    const { counts } = this;
    const options = this.#options;
    counts.sent++;
    if (this.#cuts.size > 0 && this.isCut(from, to)) {
      counts.cut++;
      return;
    }
    if (this.#prng.chance(options.drop + this.storm)) {
      counts.dropped++;
      return;
    }
    const arrival = () => this.#deliver(from, to, message);
    const atUs = this.#arrivalUs(linkOf(from, to), subject);
    this.#clock.at(atUs, arrival);
    if (this.#prng.chance(options.duplicate)) {
      counts.duplicated++;
      this.#clock.at(atUs + this.#prng.exponential(options.duplicateMeanUs), arrival);
    }
  }

  /** Cuts these links (each one way) until `heal` is called with the number returned. */
  cut(links: Iterable<readonly [Address, Address]>): number {
    const cut = new Set<number>();
    for (const [from, to] of links) cut.add(linkOf(from, to));
    this.#cuts.set(this.#nextCut, cut);
    return this.#nextCut++;
  }

  heal(cut: number): void {
    this.#cuts.delete(cut);
  }

  /** From now on a good network: no loss, no doubles, no cuts. What is under way stays so. */
  healAll(): void {
    this.#cuts.clear();
    this.storm = 0;
    this.#options = { ...this.#options, drop: 0, duplicate: 0, spike: 0 };
  }

  isCut(from: Address, to: Address): boolean {
    const link = linkOf(from, to);
    for (const cut of this.#cuts.values()) if (cut.has(link)) return true;
    return false;
  }

  #arrivalUs(link: number, subject: Subject): number {
    const { delayMinUs, delayMeanUs, spike, spikeMeanUs, ordered } = this.#options;
    let delayUs = delayMinUs + this.#prng.exponential(delayMeanUs);
    if (this.#prng.chance(spike)) {
      this.counts.delayed++;
      delayUs += this.#prng.exponential(spikeMeanUs);
    }
    const channel =
      link * SUBJECTS.length + (ordered === "subject" ? SUBJECTS.indexOf(subject) : 0);
    const atUs = Math.max(
      Math.round(this.#clock.nowUs + delayUs),
      this.#lastArrivalUs.get(channel) ?? 0,
    );
    this.#lastArrivalUs.set(channel, atUs);
    return atUs;
  }
}

const ADDRESS_RANGE = 2 ** 14;

function linkOf(from: Address, to: Address): number {
  return from * ADDRESS_RANGE + to;
}
