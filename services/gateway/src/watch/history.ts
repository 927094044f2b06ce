import type { EventId } from "@meerkat/watch-events";
import type { KeptEvent } from "./kept-event.ts";
import type { Scope } from "./topic.ts";

/** Changes that are older than what this gateway remembers, from where they are kept. */
export interface History {
  /**
   * The oldest place behind which nothing of the scope is missing; undefined when nothing is kept of it.
   * @throws HistoryUnavailable when nobody can say now
   */
  floor(scope: Scope): Promise<EventId | undefined>;
  /** What is kept of the scope behind a place that is not before the floor. @throws HistoryUnavailable */
  stretch(scope: Scope, after: EventId): Promise<Stretch>;
}

/** A piece of the past of one scope. */
export interface Stretch {
  /** In order. @throws HistoryUnavailable */
  readonly events: AsyncIterable<KeptEvent>;
  /** Behind the last of them, nothing of the scope is kept up to here. */
  readonly through: EventId;
}

/** What is kept cannot be read now; the message says why. */
export class HistoryUnavailable extends Error {
  override readonly name = "HistoryUnavailable";
  /** There is none, rather than that it does not answer. */
  readonly isAbsent: boolean;

  constructor(message: string, isAbsent: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isAbsent = isAbsent;
  }
}
