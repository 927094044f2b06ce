import type { ServerId } from "../ids.ts";
import type { Notification } from "./messages.ts";

/**
 * The last notification of every other elector. One elector's messages come in order, so the last
 * one is what it thinks; it is forgotten when it is not repeated in time.
 */
export class Heard {
  readonly #silenceTicks: number;
  readonly #last = new Map<
    ServerId,
    { readonly notification: Notification; readonly at: number }
  >();

  constructor(silenceTicks: number) {
    this.#silenceTicks = silenceTicks;
  }

  record(notification: Notification, now: number): void {
    this.#last.set(notification.from, { notification, at: now });
  }

  expire(now: number): void {
    for (const [from, { at }] of this.#last) {
      if (now - at > this.#silenceTicks) this.#last.delete(from);
    }
  }

  /** Undefined when it is silent. */
  of(server: ServerId): Notification | undefined {
    return this.#last.get(server)?.notification;
  }

  /** The same, if it was heard at `tick` or later. */
  since(tick: number, server: ServerId): Notification | undefined {
    const last = this.#last.get(server);
    return last !== undefined && last.at >= tick ? last.notification : undefined;
  }
}
