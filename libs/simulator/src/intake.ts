import type { Request } from "@meerkat/tree";
import type { Epoch } from "@meerkat/zab";
import type { ToGateway, ToLeader } from "./messages.ts";

/** Requests waiting to be proposed, at most; beyond it batches are left to be sent again. */
const QUEUE_MAX = 2_000;

/**
 * The leader's door for requests of one epoch: takes every gateway's numbers strictly in order and
 * each once, and asks for what is missing. A gateway that it does not know starts where its first
 * message says.
 */
export class Intake {
  readonly epoch: Epoch;
  readonly #queue: Request[] = [];
  readonly #expected = new Map<number, number>();

  constructor(epoch: Epoch) {
    this.epoch = epoch;
  }

  get length(): number {
    return this.#queue.length;
  }

  /** Undefined when nothing has to be said in return. */
  onRequests(message: Extract<ToLeader, { type: "requests" }>): ToGateway | undefined {
    let expected = this.#expected.get(message.gateway);
    if (expected === undefined) {
      // The gateway's tick will tell where to start.
      if (!message.opening) return undefined;
      expected = message.first;
    }
    if (message.first > expected) return this.#resend(expected);
    for (let index = expected - message.first; index < message.requests.length; index++) {
      if (this.#queue.length >= QUEUE_MAX) break;
      this.#queue.push(message.requests[index] as Request);
      expected++;
    }
    this.#expected.set(message.gateway, expected);
    return undefined;
  }

  onTick(message: Extract<ToLeader, { type: "tick" }>): ToGateway | undefined {
    const expected = this.#expected.get(message.gateway);
    if (expected === undefined) {
      this.#expected.set(message.gateway, message.firstUnanswered);
      return { type: "welcome", epoch: this.epoch, expected: message.firstUnanswered };
    }
    return message.lastNumber >= expected ? this.#resend(expected) : undefined;
  }

  /** The leader's own requests (expired sessions) need no number. */
  add(request: Request): void {
    this.#queue.push(request);
  }

  take(countMax: number): Request[] {
    return this.#queue.splice(0, countMax);
  }

  #resend(from: number): ToGateway {
    return { type: "resend", epoch: this.epoch, from };
  }
}
