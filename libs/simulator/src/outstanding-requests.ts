import type { Request } from "@meerkat/tree";
import type { Zxid } from "@meerkat/zab";
import type { Reply } from "./gateway.ts";

interface Outstanding {
  readonly number: number;
  readonly request: Request;
  /** Undefined once its answer can no longer be known; it still holds its number's place. */
  done: ((reply: Reply) => void) | undefined;
}

/** A gateway's requests that are not answered, in the order of their numbers. */
export class OutstandingRequests {
  #requests: Outstanding[] = [];
  #nextNumber = 1;
  #lastSent = 0;

  /** How many somebody still waits for. */
  get waiting(): number {
    return this.#requests.filter(({ done }) => done !== undefined).length;
  }

  get firstUnanswered(): number {
    return this.#requests[0]?.number ?? this.#nextNumber;
  }

  get firstUnsent(): number {
    return this.#lastSent + 1;
  }

  get lastSent(): number {
    return this.#lastSent;
  }

  add(gateway: number, request: Omit<Request, "origin">, done: (reply: Reply) => void): void {
    const number = this.#nextNumber++;
    this.#requests.push({ number, request: { ...request, origin: { gateway, number } }, done });
  }

  /** Everything from this number on; from now on it counts as sent. */
  takeFrom(number: number): { first: number; requests: Request[] } {
    const taken = this.#requests.filter((request) => request.number >= number);
    const last = taken.at(-1);
    if (last !== undefined && last.number > this.#lastSent) this.#lastSent = last.number;
    return { first: taken[0]?.number ?? number, requests: taken.map(({ request }) => request) };
  }

  answer(number: number): ((reply: Reply) => void) | undefined {
    const index = this.#requests.findIndex((request) => request.number === number);
    const request = this.#requests[index];
    if (request === undefined) return undefined;
    this.#requests.splice(index, 1);
    return request.done;
  }

  /**
   * A snapshot took the place of transactions that were not seen one by one: whether they held a
   * request that was sent cannot be known. Its number stays, since the leader counts without holes.
   */
  loseAnswers(gateway: number, appliedZxid: Zxid): void {
    for (const request of this.#requests) {
      const { done, number } = request;
      if (done === undefined || number > this.#lastSent) continue;
      request.done = undefined;
      done({ gateway, number, appliedZxid, result: undefined });
    }
  }

  /**
   * Under a new epoch counting starts anew, and nobody waits for these: they are not sent again.
   */
  dropLost(): void {
    this.#requests = this.#requests.filter(({ done }) => done !== undefined);
  }
}
