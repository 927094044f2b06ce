import { formatZxid } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Answer, Checker } from "./checker.ts";

/** SessionOrder: the requests of one session happen, and are answered, in the order they were sent. */
export class SessionOrder implements Checker {
  readonly #newest = new Map<string, Answer>();

  answered(answer: Answer): void {
    const before = this.#newest.get(answer.stream);
    this.#newest.set(answer.stream, answer);
    if (before === undefined) return;
    if (answer.sequence > before.sequence && answer.appliedZxid >= before.appliedZxid) return;
    const claim = `session ${answer.stream}: request ${answer.sequence} is answered at`;
    throw new Violation(
      "SessionOrder",
      `${claim} ${formatZxid(answer.appliedZxid)} after ${before.sequence} at ${formatZxid(before.appliedZxid)}`,
    );
  }
}
