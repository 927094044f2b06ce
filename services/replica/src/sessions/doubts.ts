import type { SessionId } from "@meerkat/tree";

/** What a gateway is asked: whom of its clients did it hear of? */
export interface Question {
  readonly gateway: number;
  readonly number: number;
}

interface Asked {
  number: number;
  readonly sessions: Set<SessionId>;
}

/**
 * Sessions whose time seems to be up, while the gateways that serve them are asked whether it is. An
 * answer settles what its question was about; whom the gateway did hear of is removed before.
 */
export class Doubts {
  readonly #asked = new Map<number, Asked>();
  readonly #gateways = new Map<SessionId, number>();
  #number = 0;

  /** Not answered yet. They are put again until they are, since both ways may lose a message. */
  questions(): readonly Question[] {
    return [...this.#asked].map(([gateway, { number }]) => ({ gateway, number }));
  }

  has(session: SessionId): boolean {
    return this.#gateways.has(session);
  }

  /** The gateway's question is a new one from now on: an answer on its way is about others. */
  add(session: SessionId, gateway: number): void {
    this.#number += 1;
    this.#gateways.set(session, gateway);
    const asked = this.#asked.get(gateway);
    if (asked === undefined) {
      this.#asked.set(gateway, { number: this.#number, sessions: new Set([session]) });
      return;
    }
    asked.number = this.#number;
    asked.sessions.add(session);
  }

  remove(session: SessionId): void {
    const gateway = this.#gateways.get(session);
    if (gateway === undefined) return;
    this.#gateways.delete(session);
    const asked = this.#asked.get(gateway);
    asked?.sessions.delete(session);
    if (asked?.sessions.size === 0) this.#asked.delete(gateway);
  }

  /** The sessions that the gateway was asked about and has not heard of. */
  onAnswer({ gateway, number }: Question): readonly SessionId[] {
    const asked = this.#asked.get(gateway);
    if (asked?.number !== number) return [];
    this.#asked.delete(gateway);
    for (const session of asked.sessions) this.#gateways.delete(session);
    return [...asked.sessions];
  }
}
