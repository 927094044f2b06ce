import {
  type KeptMessage,
  type StreamPlace,
  type StreamReader,
  StreamUnavailable,
} from "@meerkat/bus";
import {
  compareEventIds,
  DisclosurePolicy,
  type DisclosureRule,
  type EventId,
  parseEventId,
  type WatchSubjects,
} from "@meerkat/watch-events";
import { type History, HistoryUnavailable, type Stretch } from "./history.ts";
import { type KeptEvent, keptEventOf } from "./kept-event.ts";
import { isWithin, type Scope } from "./topic.ts";

export interface StreamHistoryOptions {
  /** Asks no server yet, and loads the code for it. */
  readonly openReader: () => Promise<StreamReader>;
  readonly subjects: WatchSubjects;
  /** The same as the replicas publish by: of what is `none` nothing is kept. */
  readonly rules: readonly DisclosureRule[];
}

/** Sequences that are known by the ids of their messages. Clients that were cut off at one time ask for near places. */
const KNOWN_PLACES_MAX = 1_024;

/** How long an answer about the ends of the stream is as good as a new one. */
const FRESH_MS = 50;

interface KnownPlace extends EventId {
  readonly sequence: number;
}

/** The past as the stream of watch events in JetStream has it. */
export class StreamHistory implements History {
  readonly #options: StreamHistoryOptions;
  readonly #policy: DisclosurePolicy;
  readonly #floor = new Momentary<EventId | undefined>();
  readonly #last = new Momentary<StreamPlace | undefined>();
  #reader: Promise<StreamReader> | undefined = undefined;
  /** Ascending. */
  #known: KnownPlace[] = [];

  constructor(options: StreamHistoryOptions) {
    this.#options = options;
    this.#policy = new DisclosurePolicy(options.rules);
  }

  async floor(scope: Scope): Promise<EventId | undefined> {
    if (this.#isHidden(scope)) return undefined;
    try {
      return await this.#floor.get(() => this.#askFloor());
    } catch (error) {
      if (error instanceof HistoryUnavailable && error.isAbsent) return undefined;
      throw error;
    }
  }

  #askFloor(): Promise<EventId | undefined> {
    return this.#ask(async (reader) => {
      const gap = await reader.lastOf(this.#options.subjects.gap);
      const first = await reader.placeFrom(1);
      const [oldest, lost] = [idOf(first), idOf(gap)];
      if (oldest === undefined || lost === undefined) return oldest;
      return compareEventIds(oldest, lost) < 0 ? lost : oldest;
    });
  }

  async stretch(scope: Scope, after: EventId): Promise<Stretch> {
    return await this.#ask(async (reader) => {
      const last = await this.#last.get(() => reader.lastOf(this.#options.subjects.all));
      const end = idOf(last);
      // Nothing is there, or nothing new.
      if (end === undefined || last === undefined || compareEventIds(end, after) <= 0) {
        return { events: none(), through: after };
      }
      const sequence = await this.#sequenceAfter(reader, after, last.sequence);
      const subjects = this.#subjectsOf(scope);
      const events = this.#read(reader, { scope, after, end }, { subjects, sequence });
      return { events, through: end };
    });
  }

  async *#read(
    reader: StreamReader,
    {
      scope,
      after,
      end,
    }: { readonly scope: Scope; readonly after: EventId; readonly end: EventId },
    from: { readonly subjects: readonly string[]; readonly sequence: number },
  ): AsyncGenerator<KeptEvent, void> {
    try {
      const parts = from.subjects.map((subject) => reader.read(subject, from.sequence));
      for await (const message of merged(parts)) {
        const event = keptEventOf(message);
        if (event === undefined || compareEventIds(event, after) <= 0) continue;
        if (compareEventIds(event, end) > 0) return;
        if (isWithin(scope, event.path)) yield event;
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** A server filters a consumer by one subject; a znode and what is below it are two. */
  #subjectsOf({ path, recursive }: Scope): readonly string[] {
    const { subjects } = this.#options;
    if (recursive && path === "/") return [subjects.all];
    const own = subjects.subjectOf(path);
    // A path that is too long shares one subject with everything below it.
    return recursive && subjects.pathOf(own) !== undefined ? [own, `${own}.>`] : [own];
  }

  #isHidden(scope: Scope): boolean {
    if (this.#policy.disclosureOf(scope.path) === "none") return true;
    return this.#options.rules.some(
      ({ path, disclosure }) => disclosure === "none" && isWithin(scope, path),
    );
  }

  /** Ids ascend with sequences, so that a place is found in a few steps between two that are known. */
  async #sequenceAfter(reader: StreamReader, after: EventId, last: number): Promise<number> {
    const at = this.#known.findIndex((place) => compareEventIds(place, after) > 0);
    const below = this.#known[at < 0 ? this.#known.length - 1 : at - 1];
    if (below !== undefined && !(await isStill(reader, below))) {
      // The stream was deleted and made anew, or this much of it has expired.
      this.#known = [];
      return await this.#sequenceAfter(reader, after, last);
    }
    let low = (below?.sequence ?? 0) + 1;
    let high = Math.min(last, at < 0 ? last : (this.#known[at]?.sequence ?? last));
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const place = await reader.placeFrom(middle);
      const id = idOf(place);
      if (place === undefined || id === undefined || compareEventIds(id, after) > 0) high = middle;
      else low = place.sequence + 1;
      if (place !== undefined && id !== undefined)
        this.#remember({ ...id, sequence: place.sequence });
    }
    return low;
  }

  #remember(place: KnownPlace): void {
    if (this.#known.length >= KNOWN_PLACES_MAX) this.#known = [];
    const at = this.#known.findIndex((known) => compareEventIds(known, place) >= 0);
    if (at >= 0 && this.#known[at]?.sequence === place.sequence) return;
    this.#known.splice(at < 0 ? this.#known.length : at, 0, place);
  }

  async #ask<T>(question: (reader: StreamReader) => Promise<T>): Promise<T> {
    try {
      this.#reader ??= this.#options.openReader();
      return await question(await this.#reader);
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** An answer that is good for a moment: thousands may ask at once. */
class Momentary<T> {
  #answer: Promise<T> | undefined = undefined;
  #askedAtMs = 0;

  get(ask: () => Promise<T>): Promise<T> {
    const nowMs = performance.now();
    if (this.#answer !== undefined && nowMs - this.#askedAtMs < FRESH_MS) return this.#answer;
    this.#askedAtMs = nowMs;
    this.#answer = ask();
    return this.#answer;
  }
}

async function isStill(reader: StreamReader, { sequence, ...id }: KnownPlace): Promise<boolean> {
  const place = await reader.placeFrom(sequence);
  const found = idOf(place);
  return place?.sequence === sequence && found !== undefined && compareEventIds(found, id) === 0;
}

async function* none(): AsyncGenerator<KeptEvent, void> {
  // There is nothing.
}

/** Messages without an id of ours are no events: somebody else has put them there. */
function idOf(place: StreamPlace | undefined): EventId | undefined {
  return parseEventId(place?.id ?? "");
}

function unavailable(error: unknown): unknown {
  if (!(error instanceof StreamUnavailable)) return error;
  return new HistoryUnavailable(error.message, error.problem === "absent", { cause: error });
}

/** Two readings of one stream as one, by sequence. */
async function* merged(
  parts: readonly AsyncGenerator<KeptMessage, void>[],
): AsyncGenerator<KeptMessage, void> {
  try {
    const heads = await Promise.all(parts.map((part) => part.next()));
    for (;;) {
      let first = -1;
      for (const [i, head] of heads.entries()) {
        if (head.done === true) continue;
        const best = heads[first];
        if (best?.done !== false || head.value.sequence < best.value.sequence) first = i;
      }
      const [head, part] = [heads[first], parts[first]];
      if (head?.done !== false || part === undefined) return;
      yield head.value;
      heads[first] = await part.next();
    }
  } finally {
    await Promise.all(parts.map((part) => part.return()));
  }
}
