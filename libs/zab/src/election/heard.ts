import type { ServerId } from "../ids.ts";
import type { Notification } from "./messages.ts";

interface Entry {
  readonly notification: Notification;
  readonly atTick: number;
  /** Number of this notification among all that were heard. */
  readonly number: number;
}

/**
 * The last notification of every other elector. One elector's messages come in order, so the last
 * one is what it thinks; it is forgotten when it is not repeated in time.
 */
export class Heard {
  readonly #silenceTicks: number;
  readonly #last = new Map<ServerId, Entry>();
  #count = 0;

  constructor(silenceTicks: number) {
    this.#silenceTicks = silenceTicks;
  }

  /** How many were heard so far: a point in time that is finer than ticks. */
  get count(): number {
    return this.#count;
  }

  record(notification: Notification, now: number): void {
    this.#count += 1;
    this.#last.set(notification.from, { notification, atTick: now, number: this.#count });
  }

  expire(now: number): void {
    for (const [from, { atTick }] of this.#last) {
      if (now - atTick > this.#silenceTicks) this.#last.delete(from);
    }
  }

  /** Undefined when it is silent. */
  of(server: ServerId): Notification | undefined {
    return this.#last.get(server)?.notification;
  }

  /** What was heard after the first `count` notifications, the last of each elector. */
  after(count: number): readonly Notification[] {
    const entries = [...this.#last.values()].filter(({ number }) => number > count);
    return entries.map(({ notification }) => notification);
  }
}
