import type { Incarnation, ServerId } from "@meerkat/zab";

/** A newest run that was silent for so long no longer stands in the way of one with a smaller number. */
const FORGET_AFTER_MS = 5_000;

/**
 * A process that was restarted starts anew, but messages of its former run may still be under way,
 * and a former run that was only stopped may wake up. The newest incarnation of each sender
 * counts. Later starts have larger numbers, unless somebody set the clock back meanwhile: then
 * the former run is forgotten when nothing was heard of it for a while.
 */
export class IncarnationFilter {
  readonly #newest = new Map<ServerId, { readonly incarnation: Incarnation; heardAtMs: number }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** False for a message of an older run than the newest one heard of. Bounded by the range of server ids. */
  admits(from: ServerId, incarnation: Incarnation): boolean {
    const newest = this.#newest.get(from);
    const now = this.#nowMs();
    if (newest?.incarnation === incarnation) {
      newest.heardAtMs = now;
      return true;
    }
    const isOlder = newest !== undefined && newest.incarnation > incarnation;
    if (isOlder && now - newest.heardAtMs < FORGET_AFTER_MS) return false;
    this.#newest.set(from, { incarnation, heardAtMs: now });
    return true;
  }
}

const INCARNATIONS_PER_MS = 1_000;

/** For this run of the process: the time of day in microseconds, larger at each start. */
export function newIncarnation(startedAtMs: number): Incarnation {
  const draw = Math.floor(Math.random() * INCARNATIONS_PER_MS);
  return (Math.floor(startedAtMs) * INCARNATIONS_PER_MS + draw) as Incarnation;
}
