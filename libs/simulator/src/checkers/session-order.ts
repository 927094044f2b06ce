import { formatZxid } from "@meerkat/zab";
import { Violation } from "../violation.ts";
import type { Answer, Checker } from "./checker.ts";

/**
 * SessionOrder: the requests of one session happen, and are answered, in the order they were sent.
 */
export class SessionOrder implements Checker {
  readonly #newest = new Map<string, Answer>();

  answered(answer: Answer): void {
    const before = this.#newest.get(answer.stream);
    this.#newest.set(answer.stream, answer);
    if (before === undefined) return;
    if (answer.sequence > before.sequence && answer.appliedZxid >= before.appliedZxid) return;
    const claim = `session ${answer.stream}: request ${placeOf(answer)} is answered`;
    throw new Violation("SessionOrder", `${claim} after ${placeOf(before)}`);
  }
}

function placeOf({ sequence, appliedZxid }: Answer): string {
  return `${sequence} at ${formatZxid(appliedZxid)}`;
}
