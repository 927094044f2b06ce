import type { OrderedStream } from "@meerkat/bus";
import { END_OF_TXN, type EventId } from "@meerkat/watch-events";
import type { Delivery } from "../pipeline/delivery.ts";
import type { EventMessages } from "./event-messages.ts";
import type { Pacer } from "./pacer.ts";
import type { PublishedChange } from "./published-change.ts";
import type { RecentChanges } from "./recent-changes.ts";

export interface AnnouncerParts {
  readonly delivery: Delivery;
  readonly recent: RecentChanges;
  readonly messages: EventMessages;
  readonly pacer: Pacer;
}

const SLICE_CHANGES = 64;

/**
 * While no stream takes events: tells those who listen at the moment, as far as the memory reaches. What
 * it tells goes into the stream later all the same.
 */
export class Announcer {
  readonly #parts: AnnouncerParts;
  #after: EventId | undefined;
  #count = 0;

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  /** Changes announced since the process began. */
  get count(): number {
    return this.#count;
  }

  /** From the changes behind this one on, unless it has begun already. */
  begin(after: EventId): void {
    this.#after ??= after;
  }

  end(): void {
    this.#after = undefined;
  }

  get hasMore(): boolean {
    return this.#after !== undefined && this.#after.zxid < this.#parts.delivery.applied;
  }

  /** Announces what is committed by now, or until it is ended. */
  async run(stream: OrderedStream): Promise<void> {
    while (this.#after !== undefined && this.hasMore) {
      const { recent, delivery, pacer } = this.#parts;
      const { applied } = delivery;
      const changes = recent.after(this.#after, applied, SLICE_CHANGES);
      const last = changes.length === SLICE_CHANGES ? changes.at(-1)?.event : undefined;
      this.#after = last ?? { zxid: applied, index: END_OF_TXN };
      await pacer.spend(0, () => this.#announce(stream, changes));
      await pacer.pause();
    }
  }

  #announce(stream: OrderedStream, changes: readonly PublishedChange[]): void {
    for (const change of changes) {
      const message = this.#parts.messages.messageOf(change);
      if (message === undefined) continue;
      stream.announce(message);
      this.#count += 1;
    }
  }
}
