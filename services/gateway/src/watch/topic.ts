import { compareEventIds, type EventId } from "@meerkat/watch-events";
import type { ChangeRing } from "./change-ring.ts";
import type { Subscriber } from "./subscriber.ts";

/** What is watched: a path, or with `recursive` everything below it too. */
export interface Scope {
  readonly path: string;
  readonly recursive: boolean;
}

export function isWithin(scope: Scope, path: string): boolean {
  if (path === scope.path) return true;
  if (!scope.recursive) return false;
  return scope.path === "/" || path.startsWith(`${scope.path}/`);
}

/** A change of the topic, by its id and by its number in the ring. */
interface Match extends EventId {
  readonly number: number;
}

/** The list of forgotten matches is cut off once it is so long. */
const FORGOTTEN_MAX = 64;

/**
 * All who watch the same, and the recent changes that concern them. A change is looked up once for all of
 * them; each only keeps the id of the last event it was sent.
 *
 * Invariant: the matches behind `#floor` are here, ascending, and their numbers are in the ring.
 */
export class Topic {
  readonly scope: Scope;
  readonly subscribers = new Set<Subscriber>();
  /** It waits for its turn in the fan-out. */
  isQueued = false;
  readonly #ring: ChangeRing;
  #matches: Match[] = [];
  /** So many at the front of `#matches` have left the ring. */
  #forgotten = 0;
  #floor: EventId;

  constructor(scope: Scope, ring: ChangeRing) {
    this.scope = scope;
    this.#ring = ring;
    this.#floor = { zxid: ring.position, index: Number.POSITIVE_INFINITY };
  }

  /** The change with this number concerns the topic. */
  append(number: number): void {
    this.#matches.push({ ...this.#ring.idAt(number), number });
    this.#forget();
  }

  /** Nothing is missing for who was told everything up to `id`. */
  covers(id: EventId): boolean {
    this.#forget();
    return compareEventIds(id, this.#floor) >= 0;
  }

  /** Finds the changes behind `id`, too; the ring must have them. */
  reachBackTo(id: EventId): void {
    if (this.covers(id)) return;
    const end = this.#ring.firstAfter(this.#floor);
    const found: Match[] = [];
    for (let number = this.#ring.firstAfter(id); number < end; number += 1) {
      if (!isWithin(this.scope, this.#ring.pathAt(number))) continue;
      found.push({ ...this.#ring.idAt(number), number });
    }
    this.#matches = [...found, ...this.#matches.slice(this.#forgotten)];
    this.#forgotten = 0;
    this.#floor = id;
  }

  /** Numbers of the changes behind `id`, as long as `take` wants more. */
  forEachAfter(id: EventId, take: (match: Match) => boolean): void {
    const matches = this.#matches;
    let [low, high] = [this.#forgotten, matches.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const match = matches[middle];
      if (match !== undefined && compareEventIds(match, id) > 0) high = middle;
      else low = middle + 1;
    }
    for (let at = low; at < matches.length; at += 1) {
      const match = matches[at];
      if (match === undefined || !take(match)) return;
    }
  }

  /** True when nothing behind `id` is left to be told. */
  isEndOf(id: EventId): boolean {
    const last = this.#matches.at(-1);
    return last === undefined || compareEventIds(last, id) <= 0;
  }

  /** The ring begins anew behind `floor`. */
  reset(floor: EventId): void {
    this.#matches = [];
    this.#forgotten = 0;
    this.#floor = floor;
  }

  #forget(): void {
    const { start } = this.#ring;
    const matches = this.#matches;
    for (
      let match = matches[this.#forgotten];
      match !== undefined && match.number < start;
      match = matches[this.#forgotten]
    ) {
      this.#floor = match;
      this.#forgotten += 1;
    }
    if (this.#forgotten <= FORGOTTEN_MAX || this.#forgotten * 2 < matches.length) return;
    this.#matches = matches.slice(this.#forgotten);
    this.#forgotten = 0;
  }
}
