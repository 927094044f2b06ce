import type { Incarnation, ServerId } from "@meerkat/zab";

/**
 * A process that was restarted starts anew, but messages of its former run may still be under way,
 * and a former run that was only stopped may wake up. The newest incarnation of each sender
 * counts; later starts have larger numbers.
 */
export class IncarnationFilter {
  readonly #newest = new Map<ServerId, Incarnation>();

  /** False for a message of an older run than the newest one heard of. Bounded by the range of server ids. */
  admits(from: ServerId, incarnation: Incarnation): boolean {
    const newest = this.#newest.get(from);
    if (newest === incarnation) return true;
    if (newest !== undefined && newest > incarnation) return false;
    this.#newest.set(from, incarnation);
    return true;
  }
}
