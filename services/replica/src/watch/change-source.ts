import { END_OF_TXN, type EventId, type Gap } from "@meerkat/watch-events";
import type { Delivery } from "../pipeline/delivery.ts";
import { LogCursor, type LogReader } from "./log-cursor.ts";
import { LoggedChanges } from "./logged-changes.ts";
import type { IsWorldReadable, PublishedChange } from "./published-change.ts";
import type { RecentChanges } from "./recent-changes.ts";

/** What comes next: changes, or a gap that nobody can fill any more. */
export type ChangeSlice =
  | { readonly kind: "changes"; readonly changes: readonly PublishedChange[] }
  | { readonly kind: "gap"; readonly gap: Gap };

export interface ChangeSourceParts {
  readonly delivery: Delivery;
  readonly recent: RecentChanges;
  readonly log: LogReader;
  readonly isReadable: IsWorldReadable;
}

/**
 * The committed changes behind a given one, in order: from memory as long as that reaches back, exactly
 * as they were; otherwise out of the log, with what can still be known of them.
 */
export class ChangeSource {
  readonly #parts: ChangeSourceParts;
  readonly #notBefore: number;
  #cursor: LogCursor | undefined;
  #through: EventId;
  /** Of the last change that was given out. */
  #timeMs: number;

  /** Changes of before `notBefore`, ms since the Unix epoch, are left out. */
  constructor(parts: ChangeSourceParts, after: EventId, notBefore = 0) {
    this.#parts = parts;
    this.#through = after;
    this.#notBefore = notBefore;
    this.#timeMs = parts.delivery.timeMs;
  }

  /** Everything up to here was given out. */
  get through(): EventId {
    return this.#through;
  }

  get hasMore(): boolean {
    return this.#through.zxid < this.#parts.delivery.applied || this.#through.index !== END_OF_TXN;
  }

  /** How much older than the newest transaction the last change was. */
  get behindMs(): number {
    return this.#parts.delivery.timeMs - this.#timeMs;
  }

  /** What comes next has to be read from the disk. */
  get isBehindMemory(): boolean {
    return !this.#parts.recent.covers(this.#through);
  }

  /** At most `max` changes. There may be none while there is more: not every txn changes a znode. */
  async next(max: number): Promise<ChangeSlice> {
    if (this.isBehindMemory) return await this.#fromLog(max);
    this.#cursor = undefined;
    return this.#fromMemory(max);
  }

  #fromMemory(max: number): ChangeSlice {
    const { applied } = this.#parts.delivery;
    const changes = this.#parts.recent.after(this.#through, applied, max);
    const last = changes.at(-1)?.event;
    this.#through =
      changes.length === max && last !== undefined ? last : { zxid: applied, index: END_OF_TXN };
    return this.#recentEnough(changes);
  }

  async #fromLog(max: number): Promise<ChangeSlice> {
    const { log, recent, delivery, isReadable } = this.#parts;
    const { tree, applied } = delivery;
    // What the memory has is not asked of the log.
    const end = Math.min(applied, recent.floor.zxid);
    this.#cursor ??= new LogCursor(log, new LoggedChanges(tree, isReadable), this.#through);
    const slice = await this.#cursor.next(max, end);
    if (slice.kind === "changes") {
      this.#through = slice.through;
      return this.#recentEnough(slice.changes);
    }
    this.#cursor = undefined;
    return { kind: "gap", gap: this.#skipTo(slice.logStart) };
  }

  /** What the memory has is not lost, wherever the log goes on. */
  #skipTo(logStart: number): Gap {
    const after = this.#through;
    const through = Math.min(logStart, this.#parts.recent.floor.zxid);
    this.#through = { zxid: through, index: END_OF_TXN };
    return { after, through, time: this.#parts.delivery.timeMs };
  }

  #recentEnough(changes: readonly PublishedChange[]): ChangeSlice {
    this.#timeMs = changes.at(-1)?.event.time ?? this.#timeMs;
    if (this.#notBefore === 0) return { kind: "changes", changes };
    const recent = changes.filter(({ event }) => event.time >= this.#notBefore);
    return { kind: "changes", changes: recent };
  }
}
